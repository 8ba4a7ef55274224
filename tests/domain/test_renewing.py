"""A certificate runs out, and another one is earned: never two for one period."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.database import db
from lms.domain import catalogue, certification, ending
from lms.domain.certification import State
from lms.domain.errors import Conflict, Denied, Missing
from lms.domain.learning import attempts, completion, earning, papers, renewing
from lms.domain.learning.finishing import AGAIN
from lms.domain.learning.progress import Progress, progress_of
from lms.models import Certificate, Course, User
from tests.conftest import SMALL, Clock, Publish
from tests.domain.test_certification import WORDS

PAGE, QUIZ, EXAM = "names/what-is-a-name", "names/quiz", "names/exam"
TESTED = SMALL["01-names/quiz.md"].replace("pass: 50", "pass: 50\nattempts: 2")
RIGHT: dict[str, list[object]] = {"runs": [0], "which": [0, 1], "letters": ["63"], "soa": ["soa"]}


@pytest.fixture
def course(publish: Publish) -> Course:
    """A page, a quiz, and an exam that may be tried twice; its certificate is valid for three years."""
    exam = TESTED.replace("title: Quiz", "title: Exam")
    publish("small", {**SMALL, **WORDS, "01-names/exam.md": exam})
    return catalogue.find_course("small")


def hand_in(me: User, course: Course, slug: str, *, right: bool = True) -> None:
    """One attempt from beginning to end."""
    attempt = attempts.start_attempt(me, course, slug)
    given = {q.position: RIGHT[q.text.id] for q in papers.paper_of(attempt)} if right else {}
    attempts.submit_attempt(me, attempt, counter=1, responses=given)
    db.session.commit()


def finish(me: User, course: Course) -> Certificate:
    """Everything that it asks for."""
    completion.complete_lesson(me, course, PAGE)
    for lesson in catalogue.text_of(catalogue.current_edition(course)).lessons:
        if lesson.is_graded:
            hand_in(me, course, lesson.slug)
    return held(me)[0]


def held(me: User) -> list[Certificate]:
    return list(certification.certificates_of(me))


def progress(me: User, course: Course) -> Progress:
    return progress_of(me, course, catalogue.text_of(catalogue.current_edition(course)))


def missing(me: User, course: Course) -> list[str]:
    return [state.lesson.slug for state in renewing.missing(progress(me, course))]


def test_the_exam_is_passed_again_within_60_days_before_the_end(
    amina: User, course: Course, clock: Clock
) -> None:
    first = finish(amina, course)
    hand_in(amina, course, EXAM)  # both attempts are used, and nothing new is earned
    assert held(amina) == [first]
    assert progress(amina, course).anew is None
    with pytest.raises(Conflict):
        earning.renew(amina, first)
    with pytest.raises(Denied):
        attempts.start_attempt(amina, course, EXAM)

    assert first.valid_until is not None
    clock.moment = first.valid_until - AGAIN
    assert missing(amina, course) == [EXAM]
    assert progress(amina, course).states[EXAM].attempts_left == 2
    hand_in(amina, course, EXAM, right=False)
    assert (held(amina), missing(amina, course)) == ([first], [EXAM])
    hand_in(amina, course, EXAM)

    second, _first = held(amina)
    assert (second.period, second.percent, second.earned_at) == (2, 100, clock.moment)
    assert certification.state_of(first, clock.moment) is State.VALID
    assert progress(amina, course).anew is None  # the new one does not run out yet
    clock.moment = first.valid_until + timedelta(days=1)
    assert certification.state_of(first, clock.moment) is State.EXPIRED
    assert certification.state_of(second, clock.moment) is State.VALID


def test_what_is_new_in_the_course_must_be_done_too(
    amina: User, course: Course, clock: Clock, publish: Publish
) -> None:
    finish(amina, course)
    files = {path: data.decode() for path, data in _files(course).items()}
    publish("small", {**files, "01-names/02-more.md": "---\ntitle: More\n---\n\nMore.\n"})
    clock.forward(days=4 * 365)

    hand_in(amina, course, EXAM)
    assert (len(held(amina)), missing(amina, course)) == (1, ["names/more"])
    completion.complete_lesson(amina, course, "names/more")
    db.session.commit()

    assert [one.period for one in held(amina)] == [2, 1]


def _files(course: Course) -> dict[str, bytes]:
    tree = catalogue.tree_of(catalogue.current_edition(course))
    return {path: tree[path] for path in tree.paths}


def test_without_an_exam_each_test_is_passed_again(
    amina: User, publish: Publish, clock: Clock
) -> None:
    publish("small", {**SMALL, **WORDS})
    course = catalogue.find_course("small")
    finish(amina, course)
    clock.forward(days=4 * 365)

    assert missing(amina, course) == [QUIZ]
    hand_in(amina, course, QUIZ)

    assert [one.period for one in held(amina)] == [2, 1]


def test_without_tests_it_is_enough_to_ask(amina: User, publish: Publish, clock: Clock) -> None:
    publish(
        "small", {path: text for path, text in {**SMALL, **WORDS}.items() if "quiz" not in path}
    )
    course = catalogue.find_course("small")
    first = finish(amina, course)
    clock.forward(days=4 * 365)
    edition = catalogue.current_edition(course)
    assert earning.issue_if_earned(amina, course, edition) == first

    second = earning.renew(amina, first)
    db.session.commit()

    assert (second.period, held(amina)) == (2, [second, first])
    with pytest.raises(Conflict):
        earning.renew(amina, second)


def test_one_that_was_withdrawn_bars_the_next_until_its_last_day_is_over(
    amina: User, course: Course, clock: Clock
) -> None:
    first = finish(amina, course)
    ending.withdraw(amina, first)
    assert first.valid_until is not None
    clock.moment = first.valid_until
    hand_in(amina, course, EXAM)
    assert held(amina) == [first]

    clock.forward(days=1)
    hand_in(amina, course, EXAM)

    assert [one.period for one in held(amina)] == [2, 1]


def test_one_that_never_runs_out_is_not_earned_again(
    amina: User, small: Course, clock: Clock, eve: User
) -> None:
    first = finish(amina, small)
    clock.forward(days=9999)
    with pytest.raises(Conflict):
        earning.renew(amina, first)
    with pytest.raises(Denied):
        earning.renew(eve, first)
    first.course_id = None  # as a diploma
    with pytest.raises(Missing):
        earning.renew(amina, first)


def test_who_is_not_confirmed_any_more_gets_no_new_one(
    app: Flask, amina: User, course: Course, clock: Clock
) -> None:
    first = finish(amina, course)
    clock.forward(days=4 * 365)
    hand_in(amina, course, EXAM, right=False)
    amina.confirmed_at = None
    hand_in(amina, course, EXAM)

    with pytest.raises(Conflict):
        earning.renew(amina, first)
