"""What differs: files that only have another name, lines beside each other, parts whose words changed."""

from dataclasses import replace

from lms.content import compare, planning
from lms.content.check import read_course
from lms.content.compare import Row
from lms.content.outline import LessonText
from lms.content.tree import CourseTree
from tests.content.test_plan import FILES, PUBLISHED


def tree() -> CourseTree:
    """Two modules with lessons, one translation, one picture."""
    return CourseTree.of({path: text.encode() for path, text in FILES.items()})


def test_a_file_with_another_name_is_known_by_what_it_was() -> None:
    before = tree()
    after, _path = planning.rename_lesson(before, "01-names/01-first.md", "One", "one", PUBLISHED)
    after = planning.move_lesson(after, "01-names/quiz.md", "01-names", 0, PUBLISHED)
    after = after.with_file("01-names/img/b.svg", after["01-names/img/a.svg"])
    after = after.without("01-names/img/a.svg").with_file("new.txt", b"new")
    assert compare.former(before, after) == {
        "01-names/01-quiz.md": "01-names/quiz.md",
        "01-names/02-one.md": "01-names/01-first.md",
        "01-names/02-one.fr.md": "01-names/01-first.fr.md",
        "01-names/03-second.md": "01-names/02-second.md",
        "01-names/04-first-aid.md": "01-names/03-first-aid.md",
        "01-names/img/b.svg": "01-names/img/a.svg",
    }
    assert compare.former(before, before) == {}
    assert compare.former(CourseTree.of({"a.md": b"x"}), CourseTree.of({"b.md": b"y"})) == {}


def test_lines_stand_beside_each_other_with_some_around_them() -> None:
    before = "\n".join(str(number) for number in range(1, 21)).encode()
    after = before.replace(b"\n10\n", b"\nten\nmore\n").replace(b"\n20", b"")
    found = compare.rows(before, after)
    assert found[0] == Row((7, "7"), (7, "7"), same=True, gap=True)
    assert found[3:5] == [Row((10, "10"), (10, "ten")), Row(None, (11, "more"))]
    assert found[8] == Row((17, "17"), (18, "17"), same=True, gap=True)
    assert found[-1] == Row((20, "20"), None)
    assert compare.rows(before, before) == []
    assert compare.rows(b"", b"a")[0] == Row((1, ""), (1, "a"))


def test_very_long_texts_are_not_compared_line_by_line() -> None:
    long = b"a\n" * (compare.MOST_LINES + 1)
    assert compare.rows(long, b"b") == [Row((1, "a"), (1, "b"))]
    assert compare.rows(long, long) == []
    [last] = compare.rows(long, long + b"b\nc")
    assert last == Row((compare.MOST_LINES + 2, ""), (compare.MOST_LINES + 2, "b"), gap=True)
    assert compare.rows(long[:-1], long + b"b")[0].before is None


def lesson(text: str) -> LessonText:
    """A page with this text."""
    course, _problems = read_course(
        CourseTree.of(
            {"course.md": b"---\ntitle: C\nlanguage: en\n---\n", "m/page.md": text.encode()}
        )
    )
    assert course is not None
    return course.lessons[0]


def test_sections_and_questions_count_whose_words_changed() -> None:
    before = lesson(
        "A name.\n\n## One {#one}\n\nSlowly.\n\n## ? Is it? {#is}\n\n- true\n\n> Yes.\n"
    )
    moved = lesson(
        "\n\nA name.\n\n## ? Is it? {#is}\n\n- true\n\n> Yes.\n\n## One {#one}\n\nSlowli.\n"
    )
    assert compare.changed_parts(before, moved) == []
    after = lesson(
        "A road.\n\n## One {#one}\n\nSlowly.\n\n## ? Is it? {#is}\n\n- true\n\n> Never.\n\n## New {#new}\n\nX.\n"
    )
    assert [part.id for part in compare.changed_parts(before, after)] == ["", "is", "new"]
    assert compare.changed_parts(replace(before, parts=()), before) == list(before.parts)
