"""Splicing changes the part that was meant, and no other byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import splice
from lms.content.check import read_course
from lms.content.source import read_source
from lms.content.starter import starter

TOP = b"\xef\xbb\xbf---\r\nTitle:  Old \r\nwas: a, b\r\n---\r\n\r\nText  \r\n"


@pytest.mark.parametrize(
    ("data", "name", "value", "expected"),
    [
        (TOP, "title", "New", TOP.replace(b"Old ", b"New")),
        (TOP, "was", "", TOP.replace(b"was: a, b\r\n", b"")),
        (TOP, "kind", "", TOP),
        (TOP, "kind", "quiz", TOP.replace(b"b\r\n", b"b\r\nkind: quiz\r\n")),
        (TOP, "title", "“quoted”", TOP.replace(b"Old ", '"“quoted”"'.encode())),
        (b"Text", "title", "New", b"---\ntitle: New\n---\n\nText"),
        (b"\xef\xbb\xbfText", "title", "New", b"\xef\xbb\xbf---\ntitle: New\n---\n\nText"),
        ("---\ntitle：Old\n---\n".encode(), "title", "N", "---\ntitle：N\n---\n".encode()),
        (b"---\ntitle: a\n---", "minutes", "5", b"---\ntitle: a\nminutes: 5\n---"),
        (b"---\ntitle: a\n---\n", "title", "a\nb: c", b"---\ntitle: a b: c\n---\n"),
    ],
)
def test_one_setting_changes_and_every_other_byte_stays(
    data: bytes, name: str, value: str, expected: bytes
) -> None:
    assert splice.with_setting(data, name, value) == expected


def test_a_list_is_read_and_written() -> None:
    assert splice.names(TOP, "was") == ("a", "b")
    assert splice.names(TOP, "after") == ()
    assert splice.with_names(TOP, "was", ["a", "c", "a"]) == TOP.replace(b"a, b", b"a, c")


@given(st.text(st.sampled_from("a-: \"'#{}ü؟\n"), max_size=12), st.sampled_from([b"", TOP]))
def test_what_is_set_is_read_again(value: str, data: bytes) -> None:
    written = splice.with_setting(data, "title", value)
    said = read_source("", written).header.get("title")
    assert (said.text if said else "") == " ".join(value.split())


def test_the_course_to_begin_with_is_whole() -> None:
    tree = starter("Names: a start", language="fr", trainer="Tomas")
    text, problems = read_course(tree)
    assert text is not None
    assert (text.language, text.say("fr").title, text.trainers) == (
        "fr",
        "Names: a start",
        ("Tomas",),
    )
    assert problems == ()
