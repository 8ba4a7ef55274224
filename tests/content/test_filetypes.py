import io
import tempfile
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.filetypes import TYPES, ending_of, type_of
from tests.marked import zipped

OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = {
    "[Content_Types].xml": (
        f'<Types><Override PartName="/word/document.xml" ContentType="{OOXML}'
        'wordprocessingml.document.main+xml"/></Types>'
    ),
    "word/document.xml": "<w:document/>",
}
MACROS = {
    "[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
}
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}

TABLE = [
    (b"%PDF-1.7\n...", "pdf"),
    (b"\x89PNG\r\n\x1a\n....", "png"),
    (b"\xff\xd8\xff\xe0....", "jpg"),
    (b"GIF87a..", "gif"),
    (b"GIF89a..", "gif"),
    (b"RIFF\x24\0\0\0WEBPVP8 ", "webp"),
    (zipped(**ODT), "odt"),
    (zipped(mimetype="application/vnd.oasis.opendocument.presentation"), "odp"),
    (zipped(**DOCX), "docx"),
    (zipped(**{"a.txt": "x"}), "zip"),
    ("Grüße, ندعم, 我们\r\n\tindented\f".encode(), "txt"),
    (b"\xef\xbb\xbfwith a byte order mark", "txt"),
    (("ä" * 70_000).encode(), "txt"),
    (b"RIFF\x24\0\0\0WAVEfmt ", None),
    (b"MZ\x90\0\x03\0\0\0", None),
    (b"\x7fELF\x02\x01", None),
    (b"<!DOCTYPE html><script>alert(1)</script>", None),
    (b"\xef\xbb\xbf \n <html>", None),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
    (b"<?xml version='1.0'?><svg/>", None),
    (b"<!-- x --><svg/>", None),
    (zipped(**MACROS), None),
    (zipped(mimetype="application/epub+zip"), None),
    (b"PK\x03\x04 but no archive", None),
    (zipped(**ODT)[:-30], None),
    (b"latin-1: caf\xe9", None),
    (b"cut in the middle of a sign: \xc3", None),
    (b"bell \x07", None),
    (b"zero \0", None),
    (b"   \n ", None),
    (b"", None),
]


@pytest.mark.parametrize(("data", "ending"), TABLE)
def test_a_file_is_what_its_bytes_say(data: bytes, ending: str | None) -> None:
    file = io.BytesIO(data)
    found = type_of(file)

    assert (found.ending if found else None) == ending
    assert file.tell() == 0


def test_a_bomb_is_not_unpacked() -> None:
    with tempfile.TemporaryFile() as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", b"0" * 50_000_000)
        assert type_of(file) is None


def test_damage_inside_an_archive_is_no_crash() -> None:
    data = bytearray(zipped(**ODT))
    data[30 + len("mimetype")] ^= 0xFF  # the checksum does not fit any more
    assert type_of(io.BytesIO(bytes(data))) is None


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 600), st.sampled_from([b"", b"PK\x03\x04"]))
def test_hostile_bytes_never_raise(noise: bytes, at: int, start: bytes) -> None:
    whole = zipped(**ODT)
    for data in (start + noise, whole[:at] + noise + whole[at + len(noise) :]):
        found = type_of(io.BytesIO(data))
        assert found is None or found in TYPES.values()


def test_other_endings_stand_for_the_same_types() -> None:
    assert [ending_of(word) for word in ("jpeg", "jpg", "csv", "md", "exe", "svg", "html")] == [
        "jpg",
        "jpg",
        "txt",
        "txt",
        None,
        None,
        None,
    ]
