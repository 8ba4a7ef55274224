"""Lessons that are renamed, moved, dropped and brought back: what people did follows the lesson."""

import pytest
from sqlalchemy import select

from lms.content.check import check_tree
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, publishing
from lms.models import Course, Edition, EditionLesson, Lesson, LessonAlias
from tests.conftest import Publish

COURSE = "---\ntitle: Growing\nlanguage: en\ncertificate: yes\n---\n"


def tree(**lessons: str) -> dict[str, str]:
    """``a="b c"``: lesson a of module m was b and c; ``n__a`` stands in module n."""
    files = {"course.md": COURSE}
    for place, was in lessons.items():
        module, _, name = place.rpartition("__")
        former = f"was: {was}\n" if was else ""
        files[f"{module or 'm'}/{name}.md"] = f"---\ntitle: {name.upper()}\n{former}---\n\nText.\n"
    return files


def names(course: Course) -> dict[str, int]:
    """What there is now: name → identity."""
    rows = db.session.scalars(
        select(Lesson).where(Lesson.course_id == course.id, Lesson.retired_at.is_(None))
    )
    return {lesson.slug: lesson.id for lesson in rows}


def grown(publish: Publish, *editions: dict[str, str]) -> tuple[Course, list[dict[str, int]]]:
    """Publish one after the other; the names and identities after each."""
    seen = []
    for files in editions:
        publish("grow", files)
        course = catalogue.find_course("grow")
        seen.append(names(course))
    return course, seen


@pytest.mark.parametrize(
    ("editions", "same"),
    [
        pytest.param([tree(a=""), tree(n__a="m/a")], ("m/a", "n/a"), id="moved"),
        pytest.param(
            [tree(a=""), tree(b="a"), tree(c="b")], ("m/a", "m/c"), id="renamed twice, step by step"
        ),
        pytest.param(
            [tree(a=""), tree(b="a"), tree(c="b, a")],
            ("m/a", "m/c"),
            id="renamed twice, both named",
        ),
        pytest.param(
            [tree(a=""), tree(b="a"), tree(c="a")],
            ("m/a", "m/c"),
            id="only the first name is named",
        ),
        pytest.param(
            [tree(a="", x=""), tree(x=""), tree(a="", x="")], ("m/a", "m/a"), id="dropped and back"
        ),
        pytest.param(
            [tree(a="", x=""), tree(x=""), tree(b="a", x="")], ("m/a", "m/b"), id="back, renamed"
        ),
        pytest.param(
            [tree(a=""), tree(b="a"), tree(a="b"), tree(b="a")], ("m/a", "m/b"), id="to and fro"
        ),
        pytest.param(
            [tree(a=""), tree(b="a"), tree(a="")], ("m/a", "m/a"), id="back without a word"
        ),
        pytest.param(
            [tree(a="", b=""), tree(t="a", b=""), tree(t="", a="b"), tree(a="", b="t")],
            ("m/a", "m/b"),
            id="names traded in three steps",
        ),
    ],
)
def test_what_people_did_follows_the_lesson(
    publish: Publish, editions: list[dict[str, str]], same: tuple[str, str]
) -> None:
    course, seen = grown(publish, *editions)

    assert seen[0][same[0]] == seen[-1][same[1]]
    assert set(seen[-1]) == {
        lesson.slug for lesson in catalogue.text_of(catalogue.current_edition(course)).lessons
    }


def test_a_new_lesson_that_takes_a_free_name_is_another_one(publish: Publish) -> None:
    course, seen = grown(publish, tree(a=""), tree(b="a"), tree(b="", a=""))

    assert seen[0]["m/a"] == seen[2]["m/b"] != seen[2]["m/a"]
    assert catalogue.find_lesson(course, "m/a").id == seen[2]["m/a"]
    assert db.session.scalars(select(LessonAlias)).all() == []


def test_each_edition_remembers_which_lesson_it_meant(publish: Publish) -> None:
    _course, seen = grown(publish, tree(a=""), tree(b="a"), tree(b="", a=""))
    rows = db.session.execute(
        select(Edition.number, EditionLesson.slug, EditionLesson.lesson_id)
        .join(Edition, Edition.id == EditionLesson.edition_id)
        .order_by(Edition.number, EditionLesson.slug)
    )

    old, new = seen[0]["m/a"], seen[2]["m/a"]
    assert [tuple(row) for row in rows] == [
        (1, "m/a", old),
        (2, "m/b", old),
        (3, "m/a", new),
        (3, "m/b", old),
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (tree(a="b", b="a"), "'was' names 'm/b', which is still a lesson"),
        (tree(b="a", a=""), "'was' names 'm/a', which is still a lesson"),
        (tree(b="a", c="a"), "'was' names 'm/a', and so does m/b.md"),
    ],
)
def test_names_that_nobody_could_follow_are_refused(files: dict[str, str], said: str) -> None:
    found = check_tree(CourseTree.of({path: text.encode() for path, text in files.items()}))

    assert [one.message for one in found if one.message.startswith(said)]


def test_a_lesson_may_name_itself(publish: Publish) -> None:
    assert grown(publish, tree(a="a"))[1][0].keys() == {"m/a"}


def test_the_name_of_a_lesson_that_is_gone_is_not_given_to_another(publish: Publish) -> None:
    grown(publish, tree(a="", b=""), tree(a=""))

    with pytest.raises(publishing.NotPublishable) as refused:
        publish("grow", tree(b="a"))

    assert [(one.file, one.message.split(",")[0]) for one in refused.value.problems] == [
        ("m/b.md", "m/b was another lesson of this course")
    ]
