"""What a JSON-LD document says, as canonical N-Quads (RDFC-1.0): the bytes that a proof signs.

PyLD knows what the words mean. It is asked once for each shape of document; what differs between
two of one shape (names, dates, addresses) is filled in here, which takes a fiftieth of the time.
A word that no context defines would not be signed: such a document is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}
FOLDER = Path(__file__).parent / "contexts"
ADDRESS = re.compile(r'[a-z]+:[^\x00-\x20<>"{}|^`\\]+')
FIXED = {"@context", "type", "proofPurpose"}
"""What belongs to the shape: their values are words, too."""
UNKNOWN = "unknown://word/"
"""Where a kind leads that no context defines."""
GAP = "urn:gap:{}:"
PART = re.compile(r'([<"])urn:gap:(\d+):[>"]|(_:b\d+)')

Document = Mapping[str, Any]


class Refused(ValueError):
    """This must not be signed, and why."""


class Piece(NamedTuple):
    """Of a line: words, or (by its number) what is filled in, or a node without a name."""

    words: str = ""
    value: int | None = None
    is_address: bool = False
    node: str = ""


Line = tuple[Piece, ...]


def canonical(document: Document) -> bytes:
    """The lines in their order. Raises Refused."""
    values: list[str] = []
    shape = json.dumps(_emptied(document, values), sort_keys=True)
    filled = [[_fill(piece, values) for piece in line] for line in _lines(shape)]
    names = _names(filled)
    return "".join(sorted(_said(line, names) for line in filled)).encode()


def _emptied(part: Any, values: list[str]) -> Any:
    """The document with gaps in place of its values, which are added to the list."""
    if isinstance(part, str):
        values.append(part)
        return GAP.format(len(values) - 1)
    if isinstance(part, Mapping):
        return {
            key: value if key in FIXED else _emptied(value, values) for key, value in part.items()
        }
    return [_emptied(one, values) for one in part] if isinstance(part, list) else part


def _fill(piece: Piece, values: Sequence[str]) -> Piece:
    if piece.value is None:
        return piece
    value = values[piece.value]
    if piece.is_address:
        if not ADDRESS.fullmatch(value):
            raise Refused(f"not an address: {value!r}")
        return Piece(f"<{value}>")
    if any(sign < " " or sign == "\x7f" for sign in value):
        raise Refused(f"signs that cannot be seen: {value!r}")
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return Piece(f'"{quoted}"')


def _names(lines: Sequence[Sequence[Piece]]) -> Mapping[str, str]:
    """Nodes by what is said of them; two of which the same is said are told apart by nobody."""
    nodes = {piece.node for line in lines for piece in line if piece.node}
    hashes = {_hash(node, lines): node for node in nodes}
    if len(hashes) < len(nodes):
        raise Refused("two parts say the same")
    return {hashes[one]: f"_:c14n{number}" for number, one in enumerate(sorted(hashes))}


def _hash(node: str, lines: Sequence[Sequence[Piece]]) -> str:
    about = [line for line in lines if any(piece.node == node for piece in line)]
    names = {piece.node: "_:z" for line in about for piece in line} | {node: "_:a"}
    return sha256("".join(sorted(_said(line, names) for line in about)).encode()).hexdigest()


def _said(line: Sequence[Piece], names: Mapping[str, str]) -> str:
    return "".join(names[piece.node] if piece.node else piece.words for piece in line)


# --- once for each shape ------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _lines(shape: str) -> tuple[Line, ...]:
    """The statements of a document of this shape."""
    from pyld import jsonld

    options = {"documentLoader": _load, "base": UNKNOWN}
    try:
        expanded = jsonld.expand(json.loads(shape), options, on_property_dropped=_refuse)
        text: str = jsonld.to_rdf(expanded, {**options, "format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        raise Refused(str(error)) from error
    if UNKNOWN in text:
        _refuse(text[text.index(UNKNOWN) + len(UNKNOWN) :].partition(">")[0])
    return tuple(tuple(_pieces(line)) for line in text.splitlines(keepends=True))


def _refuse(word: object) -> None:
    raise Refused(f"a word that no context defines: {word}")


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for found in PART.finditer(line):
        yield Piece(line[end : found.start()])
        node = found[3]
        yield Piece(node=node) if node else Piece(value=int(found[2]), is_address=found[1] == "<")
        end = found.end()
    yield Piece(line[end:])


def _load(url: str, _options: object = None) -> dict[str, object]:
    if url not in FILES:
        raise Refused(f"a context that is not here: {url}")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _context(url),
    }


@cache
def _context(url: str) -> Any:
    return json.loads((FOLDER / FILES[url]).read_bytes())
