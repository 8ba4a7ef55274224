import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.source import Severity, read_heading, read_source, take_attributes, unquoted

pytestmark = pytest.mark.once


def errors(text: str) -> list[str]:
    """What is said about a file, as FILE:LINE: level: message."""
    return [str(problem) for problem in read_source("a.md", text.encode()).report.problems]


def test_a_file_has_settings_and_lines_with_their_numbers() -> None:
    source = read_source("a.md", b"---\ntitle: A: b # c\n\n---\n\n# Head {#h}\ntext\n")

    assert {name: (v.text, v.line) for name, v in source.header.items()} == {
        "title": ("A: b # c", 2)
    }
    assert [(line.number, line.text) for line in source.lines] == [
        (5, ""),
        (6, "# Head {#h}"),
        (7, "text"),
        (8, ""),
    ]
    assert source.lines[1].heading is not None
    assert source.lines[1].heading.id == "h"


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_word_processors_leave_no_traces(mark: str, end: str) -> None:
    text = mark + end.join(["---", "title： “Names”", "---", "# A {#a}"])
    source = read_source("a.md", text.encode())

    assert source.header["title"].text == "Names"
    assert source.lines[0].heading is not None
    assert source.report.problems == []


def test_bytes_that_are_no_text_are_reported_with_their_line() -> None:
    problems = read_source("a.md", b"---\ntitle: A\n---\n\xff\n").report.problems

    assert [(p.line, p.severity) for p in problems] == [(4, Severity.ERROR)]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("---\ntitle: A\n", "a.md:1: error: the settings have no end. Write a line --- below them"),
        ("---\nnonsense\n---\n", "a.md:2: error: I cannot read 'nonsense'. Write name: value"),
        (
            "---\ntitle: A\ntitle: B\n---\n",
            "a.md:3: error: 'title' is set twice. Keep one of the two lines",
        ),
    ],
)
def test_a_broken_top_says_how_to_mend_it(text: str, error: str) -> None:
    assert errors(text) == [error]


def test_nothing_is_special_inside_code() -> None:
    lines = read_source("a.md", b"```zone\n# no\n~~~\n````\n# yes\n~~~\n# no\n~~~\n").lines

    assert [(line.fence, line.code) for line in lines[:2]] == [("zone", True), ("", True)]
    assert [line.heading.text for line in lines if line.heading] == ["yes"]


@pytest.mark.parametrize(
    ("text", "words", "attributes"),
    [
        ("A {#a draw=2}", "A", {"#": "a", "draw": "2"}),
        ("A {b}", "A {b}", {}),
        ("A {=b}", "A {=b}", {}),
        ("A", "A", {}),
        ("A {x=“y”}", "A", {"x": "y"}),
    ],
)
def test_braces_hold_an_id_and_words(text: str, words: str, attributes: dict[str, str]) -> None:
    assert take_attributes(text) == (words, attributes)


@pytest.mark.parametrize("sign", ["?", "؟", "？"])
def test_a_question_begins_with_a_question_mark_of_any_script(sign: str) -> None:
    heading = read_heading(f"## {sign} Why {{#why}}", 1)

    assert heading is not None
    assert heading.is_question


@pytest.mark.parametrize(
    ("text", "bare"), [('"a"', "a"), ("«a»", "a"), ("'a", "'a"), ('"', '"'), ("“a” b", "“a” b")]
)
def test_one_pair_of_quotes_is_dropped(text: str, bare: str) -> None:
    assert unquoted(text) == bare


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    source = read_source("a.md", data)

    assert [line.number for line in source.lines] == sorted(line.number for line in source.lines)
