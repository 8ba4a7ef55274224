"""A file of a course as a person edits it: its bytes as text, and back without touching other bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.content.reading.course import TRANSLATION
from lms.content.source import read_source

BOM = b"\xef\xbb\xbf"
ENDINGS = re.compile("\r\n|\r|\n")
KEPT_SETTINGS = ("title", "summary", "goal")
"""What a translation says at its top."""


@dataclass(frozen=True, slots=True)
class Place:
    """A heading before which something can be inserted."""

    line: int
    text: str


def text_of(data: bytes) -> str | None:
    """The bytes as text with plain line ends; None when they are no text."""
    try:
        text = data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else ENDINGS.sub("\n", text)


def bytes_of(text: str, before: bytes = b"") -> bytes:
    """The text as bytes, with the line ends and the mark at the beginning that the file had before.

    Lines that stand unchanged at the beginning or the end keep their own line ends; new ones get that
    of the file's first line.
    """
    rows = ENDINGS.sub("\n", text).split("\n")
    known = before.removeprefix(BOM).decode("utf-8", "replace")
    ends = _ends(rows, ENDINGS.split(known), ENDINGS.findall(known))
    joined = _joined(rows, ends)
    if ENDINGS.split(joined) != rows:  # \r, an empty row, and \n would be one line end
        joined = _joined(rows, [ends[0]] * len(ends))
    return (BOM if before.startswith(BOM) else b"") + joined.encode()


def _joined(rows: Sequence[str], ends: Sequence[str]) -> str:
    return "".join(row + end for row, end in zip(rows, [*ends, ""], strict=True))


def _ends(rows: Sequence[str], old: Sequence[str], ends: Sequence[str]) -> list[str]:
    """What stands behind each row but the last."""
    if len(rows) == len(old):
        return list(ends)
    head = ends[: min(_common(old, rows), len(rows) - 1)]
    rest = min(_common(old[::-1], rows[::-1]) - 1, len(rows) - 1 - len(head), len(ends))
    tail = ends[len(ends) - rest :] if rest > 0 else ()
    usual = ends[0] if ends else "\n"
    return [*head, *[usual] * (len(rows) - 1 - len(head) - len(tail)), *tail]


def places(text: str) -> list[Place]:
    """The headings of level 1 and 2."""
    lines = read_source("", text.encode("utf-8", "replace")).lines
    return [
        Place(line.number, line.heading.text)
        for line in lines
        if line.heading and line.heading.level <= 2
    ]


def inserted(text: str, piece: str, line: int = 0) -> str:
    """The text with this piece before one of its headings; at the end for any other line."""
    rows = text.split("\n")
    at = line - 1 if any(place.line == line for place in places(text)) else len(rows)
    above = "\n".join(rows[:at]).rstrip("\n")
    below = "\n".join(rows[at:])
    return (
        "\n\n".join(part for part in (above, piece.strip(), below) if part.strip()).rstrip("\n")
        + "\n"
    )


def picture(alt: str, target: str, caption: str = "") -> str:
    """A picture in Markdown, whatever signs its words have."""
    words = re.sub(r"[\[\]\\]", "", " ".join(alt.split()))
    said = " ".join(caption.split()).replace('"', "”").replace("\\", "")
    return f"![{words}]({target}" + (f' "{said}")' if said else ")")


def new_file(path: str, source: bytes | None) -> str:
    """What a file that is not there begins with: of a translation the text of its original."""
    text = text_of(source) if source is not None else None
    if text is None:
        return "---\ntitle: \n---\n\n" if path.endswith(".md") else ""
    read = read_source(path, text.encode())
    kept = [f"{name}: {read.header[name].text}" for name in KEPT_SETTINGS if name in read.header]
    body = "\n".join(text.split("\n")[read.first_line - 1 :])
    return "\n".join(["---", *kept, "---", body])


def original_of(path: str) -> tuple[str, str]:
    """``m/quiz.ar.md`` → (``m/quiz.md``, ``ar``); a file of the source language is its own, ""."""
    found = TRANSLATION.match(path)
    return (f"{found[1]}.md", found[2]) if found else (path, "")


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    """How many are the same from the beginning on."""
    pairs = zip(some, others, strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others))
    )
