"""What a visitor did goes to the account: what exists, is read, and is open; nothing else."""

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue
from lms.domain.errors import Denied
from lms.domain.learning import adopting
from lms.models import Certificate, Completion, Course, Enrolment, Lesson, User
from tests.conftest import SMALL, Publish

PAGE = "small/names/what-is-a-name"


def done(me: User) -> list[str]:
    rows = db.session.scalars(
        select(Lesson.slug)
        .join(Completion)
        .where(Completion.user_id == me.id)
        .order_by(Lesson.slug)
    )
    return list(rows)


def more(**lessons: str) -> dict[str, str]:
    """The small course with pages that have these settings."""
    pages = {
        f"02-more/{name}.md": f"---\ntitle: {name}\n{head}\n---\n\nText.\n"
        for name, head in lessons.items()
    }
    return {**SMALL, **pages}


def test_marks_become_completions_once(amina: User, small: Course) -> None:
    assert adopting.adopt_done(amina, [PAGE, PAGE]) == 1
    assert adopting.adopt_done(amina, [PAGE]) == 0

    assert done(amina) == ["names/what-is-a-name"]
    assert len(db.session.scalars(select(Enrolment)).all()) == 1


@pytest.mark.parametrize(
    "marks",
    [
        [],
        ["", "/", "//", "small", "small/", "small/names", "nothing/names/quiz"],
        ["small/names/quiz", "small/names/nothing", "small//names/what-is-a-name"],
        [
            "small/names/what-is-a-name\0",
            "small\0/names/what-is-a-name",
            "'; DROP TABLE lesson; --",
        ],
        [f"small/names/{'x' * 500}", "small/../names/what-is-a-name"],
        [*(f"small/names/{number}" for number in range(300)), PAGE],
    ],
)
def test_what_is_no_lesson_to_read_is_left_out_without_a_word(
    amina: User, small: Course, marks: list[str]
) -> None:
    assert adopting.adopt_done(amina, marks) == 0
    assert done(amina) == []


def test_the_order_of_the_course_counts_not_that_of_the_marks(
    amina: User, publish: Publish
) -> None:
    publish("small", more(a="after: more/c", b="", c="after: more/b", d="after: names/quiz"))
    marks = [f"small/more/{name}" for name in "acbd"]

    assert adopting.adopt_done(amina, marks) == 3
    assert done(amina) == ["more/a", "more/b", "more/c"]


def test_what_was_renamed_since_is_found_and_what_is_gone_is_not(
    amina: User, publish: Publish
) -> None:
    publish("small", more(a="", b=""))
    publish("small", more(c="was: a"))

    assert adopting.adopt_done(amina, ["small/more/a", "small/more/b"]) == 1
    assert done(amina) == ["more/c"]


def test_a_retired_course_takes_nothing(amina: User, small: Course) -> None:
    small.retired_at = small.created_at
    db.session.commit()

    assert adopting.adopt_done(amina, [PAGE]) == 0


def test_marks_can_earn_the_certificate(amina: User, publish: Publish) -> None:
    publish("small", {path: text for path, text in SMALL.items() if "quiz" not in path})

    adopting.adopt_done(amina, [PAGE])

    assert db.session.scalars(select(Certificate.holder_id)).all() == [amina.id]


def test_somebody_suspended_adopts_nothing(amina: User, small: Course) -> None:
    amina.suspended_at = catalogue.current_edition(small).published_at
    with pytest.raises(Denied):
        adopting.adopt_done(amina, [PAGE])
