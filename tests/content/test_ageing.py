"""Facts say when they were checked and how often they should be; what says neither does not age."""

from datetime import date

from lms.content.ageing import ages_of
from lms.content.check import read_course
from lms.content.tree import CourseTree


def ages(course: str, **lessons: str) -> list[tuple[str, date | None, date | None, bool]]:
    files = {
        "course.md": f"---\ntitle: T\nlanguage: en\n{course}---\n",
        "01-m/module.md": "---\ntitle: M\n---\n",
        **{f"01-m/{name}.md": f"---\ntitle: L\n{top}---\n" for name, top in lessons.items()},
    }
    tree = CourseTree.of({path: text.encode() for path, text in files.items()})
    text, _problems = read_course(tree)
    assert text is not None
    today = date(2026, 12, 1)
    return [
        (age.lesson.slug if age.lesson else "", age.checked, age.due, age.is_overdue(today))
        for age in ages_of(text)
    ]


def test_who_says_nothing_does_not_age() -> None:
    assert ages("", a="") == []


def test_what_is_due_first_stands_first() -> None:
    assert ages(
        "review: 30 days\n",
        a="checked: 2026-11-20\n",
        b="checked: 2026-10-01\n",
        c="checked: 2026-11-20\nreview: 11 days\n",
    ) == [
        ("", None, date.min, True),  # never checked
        ("m/b", date(2026, 10, 1), date(2026, 10, 31), True),
        ("m/c", date(2026, 11, 20), date(2026, 12, 1), True),
        ("m/a", date(2026, 11, 20), date(2026, 12, 20), False),
    ]


def test_without_a_word_how_often_nothing_is_overdue() -> None:
    assert ages("checked: 2020-01-01\n", a="") == [("", date(2020, 1, 1), None, False)]
