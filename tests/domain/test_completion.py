from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue
from lms.domain.errors import Denied, Invalid, Missing
from lms.domain.learning import completion
from lms.domain.learning.progress import Progress, progress_of
from lms.models import Completion, Course, Enrolment, Event, User, Verb
from tests.conftest import SMALL, Publish

PAGE = "names/what-is-a-name"


def progress(user: User, course: Course) -> Progress:
    return progress_of(user, course, catalogue.text_of(catalogue.current_edition(course)))


def test_done_is_written_once(amina: User, small: Course) -> None:
    completion.complete_lesson(amina, small, PAGE)
    completion.complete_lesson(amina, small, PAGE)
    db.session.commit()

    assert len(db.session.scalars(select(Completion)).all()) == 1
    assert len(db.session.scalars(select(Enrolment)).all()) == 1
    verbs = db.session.scalars(select(Event.verb).where(Event.actor == amina.public_id)).all()
    assert verbs == [Verb.ENROLLED, Verb.COMPLETED]


def test_progress_is_counted_from_facts(amina: User, small: Course) -> None:
    before = progress(amina, small)
    completion.complete_lesson(amina, small, PAGE)
    after = progress(amina, small)

    assert (before.done, before.required, before.percent, before.is_begun) == (0, 2, 0, False)
    assert (after.done, after.required, after.percent, after.is_begun) == (1, 2, 50, True)
    assert before.next is not None
    assert after.next is not None
    assert (before.next.slug, after.next.slug) == (PAGE, "names/quiz")
    assert [state.lesson.slug for state in after.missing] == ["names/quiz"]


def test_done_can_be_undone(amina: User, small: Course) -> None:
    completion.complete_lesson(amina, small, PAGE)
    completion.reopen_lesson(amina, small, PAGE)
    completion.reopen_lesson(amina, small, PAGE)

    assert progress(amina, small).done == 0
    events = db.session.scalars(select(Event).where(Event.verb == Verb.REOPENED)).all()
    lesson = catalogue.find_lesson(small, PAGE)
    said = [(one.actor, one.object, one.course_id) for one in events]
    assert said == [(amina.public_id, f"lesson:{lesson.id}", small.id)]


def test_each_step_is_noted_with_its_course(amina: User, small: Course) -> None:
    completion.complete_lesson(amina, small, PAGE)
    lesson = catalogue.find_lesson(small, PAGE)
    edition = catalogue.current_edition(small)

    events = db.session.scalars(select(Event).where(Event.actor == amina.public_id)).all()
    assert [(one.verb, one.object, one.course_id) for one in events] == [
        (Verb.ENROLLED, f"course:{small.id}", small.id),
        (Verb.COMPLETED, f"lesson:{lesson.id}", small.id),
    ]
    done = db.session.scalars(select(Completion)).one()
    assert (done.user_id, done.lesson_id, done.edition_id) == (amina.id, lesson.id, edition.id)
    enrolled = db.session.scalars(select(Enrolment)).one()
    assert (enrolled.user_id, enrolled.course_id) == (amina.id, small.id)


def test_what_one_undoes_stays_done_for_others_and_elsewhere(
    amina: User, eve: User, small: Course, publish: Publish
) -> None:
    more = "---\ntitle: More\n---\n\nText.\n"
    publish("small", {**SMALL, "01-names/02-more.md": more})
    for learner, page in ((amina, PAGE), (amina, "names/more"), (eve, PAGE)):
        completion.complete_lesson(learner, small, page)

    completion.reopen_lesson(amina, small, PAGE)

    assert [state.done_at is not None for state in progress(amina, small).states.values()] == [
        False,
        True,
        False,
    ]
    assert progress(eve, small).done == 1


@pytest.mark.parametrize("deed", [completion.complete_lesson, completion.reopen_lesson])
def test_a_quiz_is_not_done_by_a_button(
    amina: User, small: Course, deed: Callable[[User, Course, str], None]
) -> None:
    with pytest.raises(Invalid) as refused:
        deed(amina, small, "names/quiz")

    assert refused.value.sentence == ("A quiz is done when it is passed, a survey when it is sent.")


def test_a_closed_page_cannot_be_done(amina: User, publish: Publish) -> None:
    path = "01-names/01-what-is-a-name.md"
    files = {**SMALL, path: SMALL[path].replace("minutes: 5", "after: names/quiz")}
    course = db.session.get_one(Course, publish("small", files).course_id)

    closed = progress(amina, course).states[PAGE].closed
    assert closed is not None
    assert closed.sentence == "Opens when you pass “%(lesson)s”."
    with pytest.raises(Denied) as refused:
        completion.complete_lesson(amina, course, PAGE)
    assert refused.value.sentence == "This lesson is not open yet."


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("opens: 2999-01-01", "Opens on %(moment)s."),
        ("closes: 2001-01-01", "Closed on %(moment)s."),
    ],
)
def test_dates_close_a_quiz(amina: User, publish: Publish, rule: str, sentence: str) -> None:
    path = "01-names/quiz.md"
    files = {**SMALL, path: SMALL[path].replace("pass: 50", f"pass: 50\n{rule}")}
    course = db.session.get_one(Course, publish("small", files).course_id)

    closed = progress(amina, course).states["names/quiz"].closed
    assert closed is not None
    assert closed.sentence == sentence


def test_an_unread_page_before_it_keeps_a_lesson_closed(amina: User, publish: Publish) -> None:
    path = "01-names/quiz.md"
    files = {**SMALL, path: SMALL[path].replace("pass: 50", f"pass: 50\nafter: {PAGE}")}
    course = db.session.get_one(Course, publish("small", files).course_id)

    closed = progress(amina, course).states["names/quiz"].closed
    assert closed is not None
    assert closed.sentence == "Opens when “%(lesson)s” is done."
    completion.complete_lesson(amina, course, PAGE)
    assert progress(amina, course).states["names/quiz"].closed is None


def test_a_lesson_that_is_done_stays_open(amina: User, publish: Publish, small: Course) -> None:
    completion.complete_lesson(amina, small, PAGE)
    db.session.commit()
    path = "01-names/01-what-is-a-name.md"
    publish("small", {**SMALL, path: SMALL[path].replace("minutes: 5", "after: names/quiz")})

    assert progress(amina, small).states[PAGE].closed is None


def test_a_lesson_that_was_never_there_is_missing(amina: User, small: Course) -> None:
    with pytest.raises(Missing):
        completion.complete_lesson(amina, small, "names/nothing")
