"""What an uploaded file is, told from its bytes: its name may say anything."""

import re
from codecs import getincrementaldecoder
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile
from zlib import error as BadStream  # noqa: N812 (the only one of its kind)


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that can be handed in: its usual ending, and how it is announced to browsers."""

    ending: str
    media_type: str


_ODF = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD, _SHEET, _SLIDES = "wordprocessingml.document", "spreadsheetml.sheet", "presentationml"
TYPES = {
    one.ending: one
    for one in (
        FileType("pdf", "application/pdf"),
        FileType("png", "image/png"),
        FileType("jpg", "image/jpeg"),
        FileType("gif", "image/gif"),
        FileType("webp", "image/webp"),
        FileType("odt", f"{_ODF}text"),
        FileType("ods", f"{_ODF}spreadsheet"),
        FileType("odp", f"{_ODF}presentation"),
        FileType("docx", f"{_OOXML}{_WORD}"),
        FileType("xlsx", f"{_OOXML}{_SHEET}"),
        FileType("pptx", f"{_OOXML}{_SLIDES}.presentation"),
        FileType("zip", "application/zip"),
        FileType("txt", "text/plain"),
    )
}
ALIASES = {"jpeg": "jpg", "text": "txt", "csv": "txt", "md": "txt"}
"""Other endings that a course may name."""

_SIGNS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_OFFICE = {"docx": _WORD, "xlsx": _SHEET, "pptx": f"{_SLIDES}.presentation"}
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|script|svg|\?xml|!--)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_PIECE = 64 * 1024
_BROKEN = (
    BadZipFile,
    BadStream,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged archive may raise."""


def ending_of(word: str) -> str | None:
    """The ending that stands for this one in TYPES; None when nobody could tell such a file."""
    word = ALIASES.get(word, word)
    return word if word in TYPES else None


def type_of(file: IO[bytes]) -> FileType | None:
    """What the bytes are; None for programs, web pages, drawings that may run, and the unknown.

    Reads the file in pieces, never whole, and leaves it at its beginning.
    """
    try:
        ending = _ending(file)
        return TYPES[ending] if ending else None
    finally:
        file.seek(0)


def _ending(file: IO[bytes]) -> str | None:
    head = file.read(_PIECE)
    for sign, ending in _SIGNS:
        if head.startswith(sign):
            return ending
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    return "txt" if head.strip() and not _is_markup(head) and _is_text(file) else None


def _packed(file: IO[bytes]) -> str | None:
    """Documents are ZIP files that say in their first entries what they are."""
    try:
        with ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                said = _beginning(archive, "mimetype", 100).decode("ascii", "replace").strip()
                return next((e for e, one in TYPES.items() if one.media_type == said), None)
            if "[Content_Types].xml" in names:
                said = _beginning(archive, "[Content_Types].xml", _PIECE * 4).decode("utf-8")
                return next(
                    (e for e, w in _OFFICE.items() if f"{_OOXML}{w}.main+xml" in said), None
                )
            return "zip"
    except _BROKEN:
        return None


def _beginning(archive: ZipFile, name: str, most: int) -> bytes:
    """So many bytes of an entry, however large it would become."""
    with archive.open(name) as entry:
        return entry.read(most)


def _is_markup(head: bytes) -> bool:
    """Web pages and SVG drawings are text, too, but text that browsers run."""
    return bool(_MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")))


def _is_text(file: IO[bytes]) -> bool:
    """UTF-8 from the first byte to the last, without control signs."""
    file.seek(0)
    decoder = getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            if _CONTROLS.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
