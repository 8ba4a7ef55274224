"""A file as its author edits it: no byte changes that nobody edited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.editing import bytes_of, inserted, new_file, original_of, places, text_of

LINES = st.lists(st.sampled_from(["a", "b", "", "ñ"]), min_size=1, max_size=6)
ENDS = st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=6, max_size=6)


@given(LINES, ENDS, st.booleans())
def test_what_is_not_edited_keeps_every_byte(rows: list[str], ends: list[str], mark: bool) -> None:
    data = "".join(row + end for row, end in zip(rows, ends, strict=False)).encode()
    data = b"\xef\xbb\xbf" * mark + data
    text = text_of(data)
    assert text is not None
    assert bytes_of(text, data) == data
    assert bytes_of(text.replace("\n", "\r\n"), data) == data  # as browsers send it


@given(LINES, LINES, ENDS)
def test_any_edit_is_kept_and_ends_like_the_file(
    old: list[str], new: list[str], ends: list[str]
) -> None:
    before = "".join(row + end for row, end in zip(old, ends, strict=False)).encode()
    assert text_of(bytes_of("\n".join(new), before)) == "\n".join(new)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\r\nb\r\n", "a\nx\nb\n", b"a\r\nx\r\nb\r\n"),
        (b"a\nb\r\nc\n", "a\nB\nc\n", b"a\nB\r\nc\n"),
        (b"a\r\nb\nc\n", "a\nb\nx\nc\n", b"a\r\nb\nx\r\nc\n"),
        (b"a\r\nb\nc\n", "c\n", b"c\n"),
        (b"", "a\nb", b"a\nb"),
        (b"a\rb\nb\n", "a\n\nb\nb\n", b"a\r\rb\nb\n"),
        (b"b\na\rb\nb\n", "b\na\n\nb\n", b"b\na\n\nb\n"),
    ],
)
def test_only_edited_lines_change(before: bytes, text: str, after: bytes) -> None:
    assert bytes_of(text, before) == after


def test_what_is_no_text_is_not_edited() -> None:
    assert text_of(b"\xff\xfe") is None
    assert text_of(b"a\0b") is None


TEXT = "---\ntitle: T\n---\nOne.\n\n## Two\n\nThree.\n"


def test_a_piece_goes_before_a_heading_or_to_the_end() -> None:
    assert [(place.line, place.text) for place in places(TEXT)] == [(6, "Two")]
    assert inserted(TEXT, "piece", 6) == TEXT.replace("## Two", "piece\n\n## Two")
    assert inserted(TEXT, "piece", 4) == inserted(TEXT, "piece") == f"{TEXT}\npiece\n"
    assert inserted("", "piece") == "piece\n"


def test_a_new_translation_begins_with_the_original() -> None:
    source = b"---\ntitle: T\nminutes: 5\nsummary: S\n---\n\n## Two {#two}\n"
    assert new_file("m/a.ar.md", source) == "---\ntitle: T\nsummary: S\n---\n\n## Two {#two}\n"
    assert new_file("m/a.md", None) == "---\ntitle: \n---\n\n"
    assert new_file("m/zone.txt", None) == ""
    assert original_of("m/a.ar.md") == ("m/a.md", "ar")
    assert original_of("m/a.md") == ("m/a.md", "")
