"""The rules of lessons at their boundaries: opens, closes, due, after, attempts, wait, time."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.content.outline import CourseText, LessonText
from lms.content.reading import course
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue
from lms.domain.errors import Denied
from lms.domain.learning import attempts, completion, drawing, rules
from lms.domain.learning.progress import progress_of
from lms.domain.learning.states import LessonState
from lms.models import Course, User
from tests.conftest import SMALL, Clock, Publish

QUIZ = "names/quiz"
PAGE = "names/what-is-a-name"
START = datetime(2027, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def files(*settings: str) -> dict[str, str]:
    """The small course with these settings for its quiz."""
    path = "01-names/quiz.md"
    more = "".join(f"{one}\n" for one in settings)
    return {**SMALL, path: SMALL[path].replace("pass: 50\n", f"pass: 50\n{more}")}


def read(*settings: str) -> tuple[CourseText, LessonText]:
    """The same, only read."""
    tree = CourseTree.of({path: text.encode() for path, text in files(*settings).items()})
    text, _problems = course.read(tree)
    assert text is not None
    lesson = text.lesson(QUIZ)
    assert lesson is not None
    return text, lesson


def publish_with(publish: Publish, *settings: str) -> Course:
    return db.session.get_one(Course, publish("small", files(*settings)).course_id)


def state_of(me: User, found: Course) -> LessonState:
    text = catalogue.text_of(catalogue.current_edition(found))
    return progress_of(me, found, text).states[QUIZ]


@pytest.mark.parametrize(
    ("setting", "first_open", "first_shut"),
    [
        ("opens: 2027-03-01", START, None),
        ("opens: 2027-03-01 09:30", START + timedelta(hours=9.5), None),
        ("opens: 2027-03-01T09:30+02:00", START + timedelta(hours=7.5), None),
        ("closes: 2027-03-01", None, START + timedelta(days=1, hours=12)),
        ("closes: 2027-03-01 18:00", None, START + timedelta(hours=18)),
    ],
)
def test_a_lesson_opens_and_closes_to_the_moment(
    setting: str, first_open: datetime | None, first_shut: datetime | None
) -> None:
    """A date alone closes at the end of that day at UTC-12, the last place on Earth."""
    text, lesson = read(setting)
    if first_open is not None:
        before = rules.closed(lesson, text, (), first_open - TICK)
        assert before is not None
        assert (before.sentence, before.until) == ("Opens on %(moment)s.", first_open)
        assert rules.closed(lesson, text, (), first_open) is None
    if first_shut is not None:
        assert rules.closed(lesson, text, (), first_shut - TICK) is None
        after = rules.closed(lesson, text, (), first_shut)
        assert after is not None
        assert (after.sentence, after.is_over) == ("Closed on %(moment)s.", True)


@pytest.mark.parametrize(
    ("setting", "due"),
    [
        ("due: 14 days after start", START + timedelta(days=14)),
        ("due: 2 weeks after start", START + timedelta(days=14)),
        ("due: 2027-03-10", datetime(2027, 3, 11, 12, tzinfo=UTC)),
        ("due: 2027-03-10 08:00", datetime(2027, 3, 10, 8, tzinfo=UTC)),
    ],
)
def test_a_due_date_is_a_date_or_counts_from_the_start(setting: str, due: datetime) -> None:
    text, lesson = read(setting)

    assert rules.due_at(lesson, START) == due
    assert rules.closed(lesson, text, (), due + timedelta(days=400)) is None


def test_without_a_start_a_length_of_time_is_no_date() -> None:
    assert rules.due_at(read("due: 14 days after start")[1], None) is None


@pytest.mark.parametrize(
    ("settings", "closes"),
    [
        ((), None),
        (("time: 45 minutes",), START + timedelta(minutes=45)),
        (("closes: 2027-03-01 00:10",), START + timedelta(minutes=10)),
        (("time: 45 minutes", "closes: 2027-03-01 00:10"), START + timedelta(minutes=10)),
        (("time: 45 minutes", "closes: 2027-03-05"), START + timedelta(minutes=45)),
    ],
)
def test_an_attempt_ends_with_its_time_or_when_the_quiz_closes(
    settings: tuple[str, ...], closes: datetime | None
) -> None:
    assert rules.closes_at(read(*settings)[1], START) == closes


def test_what_must_come_before_is_named_and_what_is_done_stays_open() -> None:
    text, lesson = read(f"after: {PAGE}")
    shut = rules.closed(lesson, text, (), START)

    assert shut is not None
    assert (shut.sentence, shut.values) == (
        "Opens when “%(lesson)s” is done.",
        {"lesson": text.lesson(PAGE)},
    )
    assert rules.closed(lesson, text, {PAGE}, START) is None
    assert rules.closed(lesson, text, {QUIZ}, START) is None


@pytest.mark.parametrize(
    ("settings", "may"),
    [
        ((), True),
        ((f"after: {PAGE}",), True),
        (("after: names/other",), False),
        (("opens: 2027-03-02",), False),
        (("closes: 2027-02-20",), False),
    ],
)
def test_visitors_mark_what_needs_no_account(settings: tuple[str, ...], may: bool) -> None:
    head = "".join(f"{one}\n" for one in settings)
    lab = f"---\ntitle: Lab\nkind: lab\n{head}---\n\nText.\n"
    other = SMALL["01-names/quiz.md"]
    tree = {**SMALL, "01-names/lab.md": lab, "01-names/other.md": f"---\nkind: quiz{other[3:]}"}
    text, _problems = course.read(CourseTree.of({p: data.encode() for p, data in tree.items()}))
    assert text is not None
    lesson, quiz = text.lesson("names/lab"), text.lesson(QUIZ)
    assert lesson is not None
    assert quiz is not None

    assert rules.open_to_visitors(lesson, text, START) is may
    assert not rules.open_to_visitors(quiz, text, START)


def test_due_counts_from_the_enrolment_of_this_learner(
    clock: Clock, amina: User, publish: Publish
) -> None:
    found = publish_with(publish, "due: 14 days after start")
    assert state_of(amina, found).due is None

    completion.complete_lesson(amina, found, PAGE)
    started = clock.moment
    clock.forward(days=20)

    assert state_of(amina, found).due == started + timedelta(days=14)
    assert attempts.start_attempt(amina, found, QUIZ).number == 1


def test_an_attempt_that_is_open_when_the_quiz_closes_is_handed_in(
    clock: Clock, amina: User, publish: Publish
) -> None:
    found = publish_with(publish, "closes: 2027-03-01 13:00")
    attempt = attempts.start_attempt(amina, found, QUIZ)
    db.session.commit()
    clock.forward(hours=2)

    assert attempts.start_attempt(amina, found, QUIZ) is attempt
    assert attempt.submitted_at == datetime(2027, 3, 1, 13, tzinfo=UTC)
    with pytest.raises(Denied):
        attempts.start_attempt(amina, found, QUIZ)


def test_a_quiz_that_was_passed_is_not_begun_again_after_it_closed(
    clock: Clock, amina: User, publish: Publish
) -> None:
    found = publish_with(publish, "closes: 2027-03-01 13:00")
    completion.record_completion(
        amina, found, catalogue.current_edition(found), catalogue.find_lesson(found, QUIZ)
    )
    clock.forward(hours=2)

    with pytest.raises(Denied, match="not open"):
        attempts.start_attempt(amina, found, QUIZ)


def test_where_nothing_is_left_to_try_one_goes_on_elsewhere(amina: User, publish: Publish) -> None:
    later = "---\ntitle: Later\n---\n\nText.\n"
    found = db.session.get_one(
        Course,
        publish("small", {**files("attempts: 1"), "02-later/01-later.md": later}).course_id,
    )
    completion.complete_lesson(amina, found, PAGE)
    attempt = attempts.start_attempt(amina, found, QUIZ)
    text = catalogue.text_of(catalogue.current_edition(found))
    assert progress_of(amina, found, text).next == text.lesson(QUIZ)

    attempts.submit_attempt(amina, attempt, counter=1, responses={})

    progress = progress_of(amina, found, text)
    assert progress.next == text.lesson("later/later")
    assert (progress.states[QUIZ].attempts_left, progress.states[PAGE].attempts_left) == (0, None)


@pytest.mark.parametrize(
    ("draws", "counts"),
    [
        ("", []),
        ("from: this file all", []),
        ("from: names/quiz 3", [(QUIZ, 3)]),
        ("from: names/quiz 3, this file all", [(QUIZ, 3), ("names/exam", 1)]),
        ("from: names/quiz 3, names/quiz 1", [(QUIZ, 4)]),
    ],
)
def test_an_exam_says_where_its_questions_come_from(
    draws: str, counts: list[tuple[str, int]]
) -> None:
    exam = f"---\ntitle: Exam\n{draws}\n---\n\n## ? One? {{#one}}\n\n- true\n"
    tree = {path: data.encode() for path, data in {**SMALL, "01-names/exam.md": exam}.items()}
    text, _problems = course.read(CourseTree.of(tree))
    assert text is not None
    lesson = text.lesson("names/exam")
    assert lesson is not None

    assert [(home.slug, count) for home, count in drawing.sources(text, lesson)] == counts
