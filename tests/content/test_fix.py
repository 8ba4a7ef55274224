import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.fix import with_ids, write_ids
from lms.content.tree import CourseTree

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# The tree\n", "# The tree {#the-tree}\n"),
        ("# The tree {#x}\n", "# The tree {#x}\n"),
        ("## ? Who? {points=2}\r\n", "## ? Who? {#who points=2}\r\n"),
        ("# A\n# A\n", "# A {#a}\n# A {#a-2}\n"),
        ("# A  \n", "# A {#a}  \n"),
        ("```\n# no\n```\n", "```\n# no\n```\n"),
        ("\ufeff# Été\n", "\ufeff# Été {#ete}\n"),
    ],
)
def test_missing_ids_are_written_and_no_other_byte(before: str, after: str) -> None:
    assert with_ids("a.md", before.encode()).decode() == after


def test_a_heading_without_latin_letters_gets_an_id_that_stays() -> None:
    once = with_ids("a.md", "# شجرة\n".encode()).decode()

    assert once.startswith("# شجرة {#x")
    assert with_ids("a.md", once.encode()).decode() == once


def test_glossary_entries_get_ids_too() -> None:
    text = "---\ntitle: G\n---\n\nDNS (Domain Name System)\n: names\n\nTLD {#tld}\n: ending\n"

    assert (
        "DNS (Domain Name System) {#dns-domain-name-system}\n"
        in with_ids("glossary.md", text.encode()).decode()
    )


def test_bytes_that_are_no_text_are_left_alone() -> None:
    assert with_ids("a.md", b"# A\xff") == b"# A\xff"


def test_only_the_files_of_the_course_are_touched() -> None:
    tree = CourseTree.of(
        {"course.md": b"# A\n", "b.md": b"b\n", "a/b/c.md": b"# A\n", "a/x.txt": b"# A\n"}
    )
    fixed = write_ids(tree)

    assert fixed["course.md"] == b"# A {#a}\n"
    assert fixed["a/b/c.md"] == fixed["a/x.txt"] == b"# A\n"


@given(st.text(max_size=200))
def test_fixing_twice_changes_nothing(text: str) -> None:
    once = with_ids("a.md", text.encode())

    assert with_ids("a.md", once) == once
