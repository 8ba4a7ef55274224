"""What earns the certificate: `complete:` in all its forms, and exams that draw."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue
from lms.domain.learning import attempts, papers
from lms.domain.learning.attempts import _begin
from lms.domain.learning.progress import progress_of
from lms.models import Attempt, Course, Lesson, User
from tests.conftest import SMALL, Publish

EXAM = (
    "---\ntitle: Exam\npass: 50\nfrom: names/quiz 1, this file 1\n---\n\n"
    "## ? One? {#one}\n\n- true\n\n## ? Two? {#two}\n\n- true\n"
)
PAPER = "---\ntitle: Assignment\nkind: assignment\nrequired: no\n---\n\n## ? Write. {#write}\n\n- ____\n"


def course(publish: Publish, complete: str, **files: str) -> Course:
    """The small course with an exam and this rule."""
    rules = SMALL["course.md"].replace("complete: all lessons", f"complete: {complete}")
    named = {f"01-names/{name}.md": text for name, text in files.items()}
    edition = publish("small", {**SMALL, "course.md": rules, "01-names/exam.md": EXAM, **named})
    return db.session.get_one(Course, edition.course_id)


def take_exam(me: User, found: Course, *, well: int) -> None:
    """Hand in with so many right answers."""
    attempt = attempts.start_attempt(me, found, "names/exam")
    given: dict[int, list[object]] = {}
    for question in papers.paper_of(attempt)[:well]:
        text = question.text
        typed = text.accepted[:1] or [str(r.low) for r in text.ranges[:1]]
        given[question.position] = [*typed] if typed else [*sorted(text.right)]
    attempts.submit_attempt(me, attempt, counter=1, responses=given)
    db.session.commit()


def missing(me: User, found: Course) -> list[str]:
    text = catalogue.text_of(catalogue.current_edition(found))
    return [state.lesson.slug for state in progress_of(me, found, text).missing]


@pytest.mark.parametrize(
    ("complete", "well", "left"),
    [
        ("exam", 0, ["names/exam"]),
        ("exam", 1, []),
        ("exam 70%", 1, ["names/exam"]),
        ("exam 70%", 2, []),
        ("exam 50%", 1, []),
    ],
)
def test_an_exam_counts_by_its_own_mark_or_by_the_courses(
    amina: User, publish: Publish, complete: str, well: int, left: list[str]
) -> None:
    found = course(publish, complete)
    assert missing(amina, found) == ["names/exam"]

    take_exam(amina, found, well=well)

    assert missing(amina, found) == left


def test_an_assignment_that_nobody_reviewed_earns_nothing(amina: User, publish: Publish) -> None:
    found = course(publish, "assignment reviewed", assignment=PAPER)

    assert missing(amina, found) == ["names/assignment"]


def test_who_starts_a_moment_later_gets_the_attempt_that_is_open(
    amina: User, publish: Publish
) -> None:
    found = course(publish, "exam")
    edition = catalogue.current_edition(found)
    text = catalogue.lesson_text(edition, "names/exam")
    lesson = db.session.scalars(select(Lesson).where(Lesson.slug == "names/exam")).one()
    first = _begin(amina, found, edition, lesson, text)

    assert _begin(amina, found, edition, lesson, text) is first
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_two_files_with_the_same_content_are_kept_once(publish: Publish) -> None:
    found = course(publish, "exam", **{"quiz-copy": SMALL["01-names/quiz.md"]})
    tree = catalogue.tree_of(catalogue.current_edition(found))

    assert tree["01-names/quiz-copy.md"] == tree["01-names/quiz.md"]
