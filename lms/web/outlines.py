"""Pages that are the same for everybody but for a few gaps: made once, filled for each reader.

A template says what is personal: ``{% call(progress, state) personal() %} … {% endcall %}``. The rest is
rendered once an edition, without any reader: ``me()`` raises there, and ``progress`` is not defined. So
nothing personal can ever be in what is shared. The rest is also compressed once; compressed pieces are
joined as they are, for each ends at a whole byte and refers to nothing before it.
"""

import re
import secrets
import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, Response, current_app, g, render_template, request
from markupsafe import Markup

from lms.web import access
from lms.web.store import Store

MOST = 4 * 1024 * 1024
"""Bytes of outlines that one process keeps."""
HEAD, TAIL = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff", b"\x03\x00"
"""The beginning of a gzip file, and an empty last block (RFC 1952, RFC 1951)."""
MOST_FACES = 200
"""Fillings that a gap remembers; learners go through a module one lesson after the other."""
NO_FACES: Mapping[str, Hashable] = {}
MARK = secrets.token_hex(16)
"""Stands where a gap is; no course can contain it, for nobody can guess it."""
_GAP = re.compile(rf"{MARK}-(\d+)-")

NOBODYS = {"request": None, "session": None, "g": None}
"""What Flask hands to templates: a gap would see the first reader's, for every reader."""
LEAST = 300
"""Bytes below which packing a filling costs more than it saves."""


class Macro(Protocol):
    """The text of a ``call`` as Jinja hands it out."""

    arguments: Sequence[str]

    def __call__(self, *mine: object) -> str:
        """The text for this reader."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Text between two gaps, as it is and as it is sent."""

    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """What fills a gap. face: the name of all that the text depends on, if many readers share it."""

    macro: Macro
    face: str
    known: dict[Hashable, Piece] = field(default_factory=dict)

    def filling(self, mine: Sequence[object], faces: Mapping[str, Hashable]) -> Piece:
        """The text for this reader; the same face, the same text."""
        face = faces.get(self.face)
        if face is None:
            return self._made(mine)
        piece = self.known.get(face)
        if piece is None:
            with access.nobody_reads():
                piece = self._made(mine)
            if len(self.known) < MOST_FACES:
                self.known[face] = piece
        return piece

    def _made(self, mine: Sequence[object]) -> Piece:
        text = self.macro(*mine[: len(self.macro.arguments)]).encode()
        return Piece(text, packed_soon(text))


@dataclass(frozen=True, slots=True)
class Outline:
    """A page with gaps: piece, gap, piece, gap, …, piece."""

    pieces: Sequence[Piece]
    gaps: Sequence[Gap]

    @property
    def size(self) -> int:
        """Bytes that it takes, more or less."""
        return sum(len(piece.plain) + len(piece.packed) for piece in self.pieces)


def init_app(app: Flask) -> None:
    """Templates may have gaps; each process keeps some outlines."""
    app.jinja_env.globals["personal"] = personal
    app.extensions["outlines"] = Store(MOST)


def personal(face: str = "", *, caller: Macro) -> str:
    """What only this reader sees: a gap in an outline, on other pages simply what it says."""
    gaps: list[Gap] | None = g.get("gaps")
    if gaps is None:
        return caller()
    gaps.append(Gap(caller, face))
    return Markup("{}-{}-").format(MARK, len(gaps) - 1)


def kept(key: Hashable, make: Callable[[], Outline]) -> Outline:
    """The outline of this key, which says all that the outline depends on."""
    store: Store = current_app.extensions["outlines"]
    outline: Outline | None = store.get(key)
    if outline is None:
        outline = make()
        store.put(key, outline, outline.size)
    return outline


def made(template: str, **facts: Any) -> Outline:
    """Render what everybody shares."""
    gaps: list[Gap] = []
    g.gaps = gaps
    try:
        with access.nobody_reads():
            html = render_template(template, **facts, **NOBODYS)
    finally:
        del g.gaps
    texts = _GAP.split(html)
    return Outline(
        pieces=[Piece(text.encode(), packed(text.encode())) for text in texts[::2]],
        gaps=[gaps[int(number)] for number in texts[1::2]],
    )


def filled(outline: Outline, *mine: object, faces: Mapping[str, Hashable] = NO_FACES) -> Response:
    """The page with what is this reader's. Each gap is given as much of ``mine`` as it asks for."""
    fillings = [gap.filling(mine, faces) for gap in outline.gaps]
    pieces = list(_woven(outline.pieces, fillings))
    plain = b"".join([piece.plain for piece in pieces])
    if not request.accept_encodings["gzip"] or access.me() is None:
        return Response(plain)  # what visitors get is kept as a whole, and packed as a whole
    end = zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
    packed = [piece.packed for piece in pieces]
    return Response(b"".join((HEAD, *packed, TAIL, end)), headers={"Content-Encoding": "gzip"})


def packed(text: bytes, level: int = 9, window: int = 15, memory: int = 9) -> bytes:
    """Deflated up to a whole byte, so that another piece may follow."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -window, memory)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def packed_soon(text: bytes) -> bytes:
    """The same for what is sent once: little work, and none at all for a few words."""
    if len(text) < LEAST:
        size = len(text).to_bytes(2, "little")
        return b"\x00" + size + bytes(255 - one for one in size) + text
    return packed(text, 4, 12, 5)


def _woven(pieces: Sequence[Piece], fillings: Sequence[Piece]) -> Iterator[Piece]:
    """Piece, filling, piece, …, piece."""
    yield pieces[0]
    for filling, piece in zip(fillings, pieces[1:], strict=True):
        yield filling
        yield piece
