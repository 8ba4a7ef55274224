"""What people mark: waiting, marks by rubric, corrections, and what follows from the last mark."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.content.outline import LessonKind
from lms.content.questions import Criterion
from lms.database import db
from lms.domain import catalogue, grading
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.learning import attempts, desk, handing_in, papers, reviewing
from lms.domain.learning.progress import progress_of
from lms.models import (
    LONGEST_COMMENT,
    Answer,
    Attempt,
    Certificate,
    Completion,
    Course,
    CourseRole,
    Event,
    MailKind,
    Mark,
    OutgoingMail,
    User,
    Verb,
)
from tests.conftest import Clock, Publish, person
from tests.marked import (
    ASSIGNMENT,
    FILES,
    QUIZ,
    TEXT,
    handed_in,
    in_role,
    published,
    uploaded,
    work,
)


@pytest.fixture
def course(publish: Publish) -> Course:
    return published(publish)


@pytest.fixture
def marker(tomas: User, course: Course) -> User:
    return in_role(tomas, course, CourseRole.REVIEWER)


def marked(
    marker: User, attempt: Attempt, position: int, *points: int, after: int = 0, comment: str = ""
) -> None:
    course, _edition, _lesson = papers.lesson_of(attempt)
    reviewing.give_mark(
        marker,
        course,
        attempt.id,
        position,
        after=after,
        points=points,
        comments=["" for _ in points],
        comment=comment,
    )
    db.session.commit()


def state(me: User, course: Course, name: str = "assignment") -> Any:
    text = catalogue.text_of(catalogue.current_edition(course))
    return progress_of(me, course, text).states[f"names/{name}"]


def verbs(me: User) -> list[Verb]:
    return list(
        db.session.scalars(select(Event.verb).where(Event.actor == me.public_id).order_by(Event.id))
    )


# --- handing in ---------------------------------------------------------------------------------


def test_an_attempt_with_an_essay_waits_for_a_trainer(amina: User, course: Course) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})

    assert attempt.submitted_at is not None
    assert (attempt.passed, attempt.score, attempt.percent) == (None, None, None)
    shares = {a.position: a.share for a in papers.answers_of(attempt).values()}
    assert shares == {0: 1.0, 1: None}
    assert Verb.PASSED not in verbs(amina)
    assert db.session.scalars(select(Completion)).all() == []


def test_what_was_left_empty_earns_nothing_and_waits_for_nobody(
    amina: User, course: Course
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0]})
    other = attempts.start_attempt(amina, course, "names/quiz")
    attempts.save_answers(amina, other, counter=1, responses={1: ["Some words"]})
    attempts.submit_attempt(amina, other, counter=2, responses={0: [0], 1: []})

    assert (attempt.percent, attempt.passed) == (25, False)
    assert (other.percent, other.passed) == (25, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Too short", "Write at least 3 words before you hand in; now there are 2."),
        (
            "one two three four five six seven eight nine",
            "Shorten your text to at most 8 words before you hand in; now there are 9.",
        ),
        ("我们", "Write at least 3 words before you hand in; now there are 1."),
    ],
)
def test_the_range_is_enforced_and_nothing_is_lost(
    amina: User, course: Course, words: str, sentence: str
) -> None:
    attempt = attempts.start_attempt(amina, course, "names/assignment")
    given: dict[int, list[Any]] = {0: [words], 1: [uploaded()]}

    with pytest.raises(handing_in.Unfinished) as refused:
        attempts.submit_attempt(amina, attempt, counter=1, responses=given)

    assert str(refused.value) == "This cannot be handed in yet. What you wrote is saved."
    assert {at: str(problem) for at, problem in refused.value.problems.items()} == {0: sentence}
    assert attempt.submitted_at is None
    assert papers.answers_of(attempt)[0].response == [words]


@pytest.mark.parametrize("words", ["just three words", "one two three four five six seven eight"])
def test_both_ends_of_the_range_are_enough(amina: User, course: Course, words: str) -> None:
    attempt = handed_in(amina, course, "assignment", {"comment": [words], "slides": [uploaded()]})

    assert attempt.submitted_at is not None


def test_an_assignment_is_handed_in_whole(amina: User, course: Course) -> None:
    attempt = attempts.start_attempt(amina, course, "names/assignment")

    with pytest.raises(handing_in.Unfinished) as refused:
        attempts.submit_attempt(amina, attempt, counter=1, responses={})

    assert [str(problem) for problem in refused.value.problems.values()] == [
        "Write your answer before you hand in.",
        "Choose a file before you hand in.",
    ]


def test_in_an_assignment_a_question_for_machines_may_stay_open(
    amina: User, publish: Publish
) -> None:
    more = f"{ASSIGNMENT}\n## ? True? {{#true}}\n\n- true\n"
    attempt = handed_in(amina, published(publish, assignment=more), "assignment", work())

    assert attempt.submitted_at is not None


def test_who_runs_out_of_time_is_never_trapped(amina: User, publish: Publish) -> None:
    course = published(publish, assignment=ASSIGNMENT.replace("pass: 60", "time: 30 minutes"))
    attempt = attempts.start_attempt(amina, course, "names/assignment")
    attempts.save_answers(amina, attempt, counter=1, responses={0: ["Too short"]})
    assert attempt.closes_at is not None
    attempt.closes_at = attempt.started_at.replace(year=2001)

    attempts.submit_attempt(amina, attempt, counter=2, responses={0: ["Later"]})

    assert attempt.submitted_at is not None
    assert (attempt.passed, papers.answers_of(attempt)[0].response) == (None, ["Too short"])


def test_a_survey_takes_everything_and_waits_for_nobody(amina: User, publish: Publish) -> None:
    survey = "---\ntitle: Survey\nkind: survey\n---\n\n## ? Why? {#why}\n\n- ____ 10-20 words\n"
    course = published(publish, feedback=survey)

    attempt = handed_in(amina, course, "feedback", {"why": ["Because"]})

    assert (attempt.passed, attempt.percent) == (True, None)
    assert state(amina, course, "feedback").done_at is not None


def test_a_file_counts_whatever_an_older_page_says(amina: User, course: Course) -> None:
    attempt = attempts.start_attempt(amina, course, "names/assignment")
    attempts.save_answers(amina, attempt, counter=5, responses={0: ["Newer"]})
    attempts.save_answers(
        amina, attempt, counter=2, responses={0: ["Older"]}, files={1: [uploaded()]}
    )

    given = papers.answers_of(attempt)
    assert (given[0].response, given[1].response) == (["Newer"], [uploaded()])


def test_the_questions_of_an_assignment_keep_their_order(amina: User, course: Course) -> None:
    for _ in range(5):
        attempt = attempts._begin(
            person("X" + str(_)),
            course,
            catalogue.current_edition(course),
            catalogue.find_lesson(course, "names/assignment"),
            catalogue.lesson_text(catalogue.current_edition(course), "names/assignment"),
        )
        assert [q.text.id for q in papers.paper_of(attempt)] == ["comment", "slides"]


def test_no_second_attempt_while_one_waits(amina: User, course: Course, marker: User) -> None:
    first = handed_in(amina, course, "assignment", work())
    with pytest.raises(Denied, match="waits for a trainer"):
        attempts.start_attempt(amina, course, "names/assignment")

    marked(marker, first, 0, 0, 1)
    marked(marker, first, 1, 0)

    assert attempts.start_attempt(amina, course, "names/assignment").number == 2


def test_what_waits_counts_as_an_attempt_and_is_nothing_to_go_on_with(
    amina: User, course: Course
) -> None:
    attempt = handed_in(amina, course, "assignment", work())
    found = state(amina, course)
    text = catalogue.text_of(catalogue.current_edition(course))
    following = progress_of(amina, course, text).next

    assert (found.tried, found.waiting, found.best, found.done_at) == (1, attempt.id, None, None)
    assert following is not None
    assert following.slug == "names/quiz"


# --- marks --------------------------------------------------------------------------------------


def test_the_last_mark_settles_the_attempt_and_all_that_follows(
    amina: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "assignment", work())

    marked(marker, attempt, 0, 2, 3, comment="Well argued.")
    assert (attempt.passed, state(amina, course).waiting) == (None, attempt.id)
    assert db.session.scalars(select(OutgoingMail)).all() == []
    marked(marker, attempt, 1, 1)

    # 6 × (2 + 2) / (2 + 4) + 4 × 1 of 10 points
    assert (attempt.earned, attempt.possible, attempt.percent, attempt.passed) == (8, 10, 80, True)
    assert state(amina, course).done_at is not None
    assert verbs(amina)[-2:] == [Verb.PASSED, Verb.COMPLETED]
    assert verbs(marker)[-2:] == [Verb.MARKED, Verb.MARKED]
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient) == (MailKind.MARKED, amina.email)
    assert mail.facts["lesson"] == "Assignment"
    assert mail.facts["path"] == f"attempts/{attempt.id}/result"


def test_a_mark_is_kept_with_all_that_was_said_and_noted(
    amina: User, course: Course, marker: User, clock: Clock
) -> None:
    attempt = handed_in(amina, course, "assignment", work())
    reviewing.give_mark(
        marker,
        course,
        attempt.id,
        0,
        after=0,
        points=[1, 3],
        comments=["One", " Two\r\nlines "],
        comment="All\0 in all",
    )

    row = db.session.scalars(select(Mark)).one()
    assert (row.course_id, row.attempt_id, row.position, row.number) == (
        course.id,
        attempt.id,
        0,
        1,
    )
    assert (row.marker_id, row.at, row.share) == (marker.id, clock.moment, 0.5)
    assert (row.points, row.comments, row.comment) == ([1, 3], ["One", "Two\nlines"], "All in all")
    event = db.session.scalars(select(Event).where(Event.verb == Verb.MARKED)).one()
    assert (event.actor, event.object, event.course_id, event.details) == (
        marker.public_id,
        f"attempt:{attempt.id}",
        course.id,
        {"position": 0, "number": 1, "share": 0.5},
    )
    reviewing.give_mark(
        marker, course, attempt.id, 0, after=1, points=[2, 5], comments=["", ""], comment=""
    )
    reviewing.give_mark(
        marker, course, attempt.id, 0, after=2, points=[1, 3], comments=["", ""], comment=""
    )
    rows = db.session.scalars(select(Mark).order_by(Mark.number.desc())).all()
    found = reviewing.find_work(marker, course, attempt.id, 0)
    assert (found.course, found.attempt, found.learner) == (course, attempt, amina)
    assert (found.question.position, found.answer.position) == (0, 0)
    assert found.lesson.slug == "names/assignment"
    assert found.text is catalogue.text_of(found.edition)
    assert found.edition.id == attempt.edition_id
    assert (found.marks, found.markers) == (rows, {marker.id: marker.name})
    assert [mark.number for mark in found.marks] == [3, 2, 1]
    other = reviewing.find_work(marker, course, attempt.id, 1)
    assert (other.marks, other.markers) == ([], {})
    assert reviewing.marks_of(attempt) == {0: rows[0]}


def test_a_comment_has_a_longest_length(amina: User, course: Course, marker: User) -> None:
    attempt = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    marked(marker, attempt, 1, 50, comment="x" * (LONGEST_COMMENT + 1))

    assert db.session.scalars(select(Mark.comment)).one() == "x" * LONGEST_COMMENT


def test_the_mail_is_in_the_learners_language_and_only_to_a_confirmed_address(
    course: Course, marker: User, publish: Publish
) -> None:
    publish("writing", {**FILES, "01-names/quiz.fr.md": "---\ntitle: Le quiz\n---\n"})
    for learner in (person("Zoe", language="fr"), person("Max", confirmed=False)):
        attempt = handed_in(learner, course, "quiz", {"why": ["It is so"]})
        marked(marker, attempt, 1, 50)

    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.language, mail.facts["course"]) == ("fr", "Écrire")
    assert mail.facts["lesson"] == "Le quiz"
    assert mail.facts["path"].startswith("attempts/")


def test_a_quiz_without_a_rubric_is_marked_in_per_cent(
    amina: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})

    marked(marker, attempt, 1, 33)

    assert (attempt.earned, attempt.percent, attempt.passed) == (1.99, 49, False)
    assert verbs(amina)[-1] is Verb.FAILED


def test_the_certificate_follows_the_last_mark(amina: User, course: Course, marker: User) -> None:
    quiz = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
    marked(marker, quiz, 1, 100)
    attempt = handed_in(amina, course, "assignment", work())
    marked(marker, attempt, 0, 2, 5)
    assert db.session.scalars(select(Certificate)).all() == []

    marked(marker, attempt, 1, 1)

    assert [one.holder_id for one in db.session.scalars(select(Certificate))] == [amina.id]


def test_a_done_button_of_an_earlier_edition_is_no_review(amina: User, course: Course) -> None:
    lesson = catalogue.find_lesson(course, "names/assignment")
    edition = catalogue.current_edition(course)
    db.session.add(
        Completion(
            user_id=amina.id, lesson_id=lesson.id, edition_id=edition.id, at=edition.published_at
        )
    )
    db.session.flush()
    text = catalogue.text_of(edition)

    missing = progress_of(amina, course, text).missing

    assert [one.lesson.slug for one in missing] == ["names/assignment", "names/quiz"]


def test_a_correction_is_a_new_mark_and_the_old_one_stays(
    amina: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
    marked(marker, attempt, 1, 0, comment="Wrong paper, sorry.")
    assert attempt.passed is False

    marked(marker, attempt, 1, 100, after=1)

    assert (attempt.passed, attempt.percent) == (True, 100)
    assert state(amina, course, "quiz").done_at is not None
    rows = db.session.scalars(select(Mark).order_by(Mark.number)).all()
    assert [(row.number, row.points, row.comment) for row in rows] == [
        (1, [0], "Wrong paper, sorry."),
        (2, [100], ""),
    ]
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def test_a_correction_that_no_longer_passes_takes_the_completion_back(
    amina: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
    marked(marker, attempt, 1, 100)

    marked(marker, attempt, 1, 0, after=1)

    assert (attempt.passed, state(amina, course, "quiz").done_at) == (False, None)
    assert verbs(amina)[-2:] == [Verb.FAILED, Verb.REOPENED]


def test_what_others_passed_and_what_one_passed_elsewhere_keeps_nothing(
    amina: User, eve: User, course: Course, marker: User
) -> None:
    quiz: dict[str, list[Any]] = {"path": [0], "why": ["It is so"]}
    for learner, lesson in ((eve, "quiz"), (amina, "assignment"), (amina, "quiz")):
        attempt = handed_in(learner, course, lesson, work() if lesson == "assignment" else quiz)
        if lesson == "assignment":
            marked(marker, attempt, 0, 2, 5)
        marked(marker, attempt, 1, 1 if lesson == "assignment" else 100)

    marked(marker, attempt, 1, 0, after=1)

    assert attempt.passed is False
    assert state(amina, course, "quiz").done_at is None
    assert state(amina, course, "assignment").done_at is not None
    assert state(eve, course, "quiz").done_at is not None


def test_another_attempt_that_passed_keeps_the_completion(
    amina: User, course: Course, marker: User
) -> None:
    for _ in range(2):
        attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
        marked(marker, attempt, 1, 100)

    marked(marker, attempt, 1, 0, after=1)

    assert attempt.passed is False
    assert state(amina, course, "quiz").done_at is not None


def test_a_correction_without_effect_leaves_no_second_result_in_the_journal(
    amina: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})
    marked(marker, attempt, 1, 90)
    marked(marker, attempt, 1, 90, after=1)

    assert verbs(amina).count(Verb.PASSED) == 1


def test_of_two_markers_the_second_is_told(
    amina: User, ada: User, course: Course, marker: User
) -> None:
    attempt = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    marked(marker, attempt, 1, 70)

    with pytest.raises(Conflict) as told:
        marked(ada, attempt, 1, 10)

    assert str(told.value) == (
        "Somebody else marked this a moment before you. Look at their mark first."
    )

    assert [mark.points for mark in db.session.scalars(select(Mark))] == [[70]]


@pytest.mark.parametrize("points", [(-1, 1), (3, 1), (2, 0), (2, 6)])
def test_points_outside_the_rubric_are_refused(
    amina: User, course: Course, marker: User, points: tuple[int, ...]
) -> None:
    attempt = handed_in(amina, course, "assignment", work())

    with pytest.raises(Invalid) as refused:
        marked(marker, attempt, 0, *points)

    assert str(refused.value) in {
        "Give a whole number from 0 to 2.",
        "Give a whole number from 1 to 5.",
    }


@pytest.mark.parametrize(
    ("text", "points"),
    [("4", 4), (" 4 ", 4), ("٤", 4), ("", None), ("4.5", None), ("9" * 50, None)],
)
def test_points_are_read_in_any_digits(text: str, points: int | None) -> None:
    line = Criterion("Evidence", 0, 5, "")
    if points is None:
        with pytest.raises(Invalid):
            reviewing.read_points(line, text)
    else:
        assert reviewing.read_points(line, text) == points


def test_each_criterion_has_its_points() -> None:
    lines = (Criterion("a", 0, 3, ""), Criterion("b", 1, 4, ""))
    for points in ([1], [1, 2, 3]):
        with pytest.raises(ValueError, match="argument 2"):
            reviewing.share_of(lines, points)


def test_a_share_is_exact() -> None:
    lines = (Criterion("a", 0, 3, ""), Criterion("b", 1, 4, ""))
    assert reviewing.share_of(lines, [1, 2]) == Fraction(2, 6)


def test_a_rubric_line_without_a_range_counts_for_nothing(course: Course) -> None:
    text = catalogue.text_of(catalogue.current_edition(course))
    lesson = text.lesson("names/assignment")
    assert lesson is not None
    assert [line.name for line in reviewing.criteria_of(lesson.questions[0], lesson)] == [
        "Position",
        "Evidence",
    ]
    words = lesson.questions[0].words["en"]
    flat = replace(words, rubric=(Criterion("Flat", 2, 2, ""), *words.rubric))
    asked = replace(lesson.questions[0], words={"en": flat})
    assert reviewing.criteria_of(asked, lesson) == words.rubric
    assert reviewing.criteria_of(lesson.questions[1], lesson) == (reviewing.ACCEPTED,)
    assert lesson.kind is LessonKind.ASSIGNMENT


def test_comments_are_kept_as_plain_text(amina: User, course: Course, marker: User) -> None:
    attempt = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    marked(marker, attempt, 1, 70, comment=" One\r\ntwo\0 <b> " + "x" * 6000)

    mark = db.session.scalars(select(Mark)).one()
    assert mark.comment.startswith("One\ntwo <b> x")
    assert len(mark.comment) == 5000


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", CourseRole)
def test_owners_trainers_and_reviewers_of_the_course_mark(
    amina: User, lin: User, course: Course, role: CourseRole
) -> None:
    attempt = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    in_role(lin, course, role)

    if role is CourseRole.TRANSLATOR:
        with pytest.raises(Denied):
            reviewing.find_work(lin, course, attempt.id, 1)
    else:
        assert reviewing.find_work(lin, course, attempt.id, 1).learner is amina


def test_others_do_not(
    amina: User, tomas: User, eve: User, lin: User, course: Course, publish: Publish
) -> None:
    attempt = handed_in(amina, course, "quiz", {"why": ["It is so"]})
    publish("other", {"course.md": "---\ntitle: Other\nlanguage: en\n---\n"})
    in_role(lin, catalogue.find_course("other"), CourseRole.TRAINER)

    for somebody in (tomas, eve, lin, amina):  # a site's trainer, a stranger, another's, herself
        for deed in (desk.waiting, desk.marked):
            with pytest.raises(Denied):
                deed(somebody, course, 1)
        with pytest.raises(Denied):
            marked(somebody, attempt, 1, 100)
    with pytest.raises(Missing):
        reviewing.find_work(lin, catalogue.find_course("other"), attempt.id, 1)


def test_nobody_marks_their_own_work(amina: User, course: Course, marker: User) -> None:
    attempt = handed_in(marker, course, "quiz", {"why": ["It is so"]})

    assert desk.waiting(marker, course, 1) == ([], False)
    with pytest.raises(Denied) as refused:
        marked(marker, attempt, 1, 100)

    assert str(refused.value) == "Nobody marks their own work."


def test_there_is_nothing_to_mark_before_it_is_handed_in_and_where_machines_mark(
    amina: User, course: Course, marker: User
) -> None:
    open_one = attempts.start_attempt(amina, course, "names/assignment")
    attempts.save_answers(amina, open_one, counter=1, responses={0: [TEXT]})
    quiz = handed_in(amina, course, "quiz", {"path": [0], "why": ["It is so"]})

    for attempt_id, position in ((open_one.id, 0), (quiz.id, 0), (quiz.id, 7), (999, 0)):
        with pytest.raises(Missing) as missing:
            reviewing.find_work(marker, course, attempt_id, position)
        assert str(missing.value) == "There is nothing to mark here."


# --- the lists ----------------------------------------------------------------------------------


def test_what_waits_is_listed_the_oldest_first_page_by_page(
    course: Course, marker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    learners = [person(name) for name in ("Ana", "Bo", "Chi")]
    every = [handed_in(one, course, "quiz", {"why": ["It is so"]}) for one in learners]

    first, goes_on = desk.waiting(marker, course, 1)
    second, ends = desk.waiting(marker, course, 2)

    assert [piece.learner for piece in (*first, *second)] == ["Ana", "Bo", "Chi"]
    assert (goes_on, ends) == (True, False)
    assert desk.count_waiting(marker, [course.id]) == {course.id: 3}
    assert desk.courses_to_mark(marker) == {course.id: 3}
    after = [
        piece.attempt_id if (piece := desk.next_waiting(marker, course, one)) else None
        for one in every
    ]
    assert after == [one.id for one in every]  # the rest of the same attempt comes first
    for one in every[:2]:
        marked(marker, one, 1, 50)
    last = desk.next_waiting(marker, course, every[0])
    assert last is not None
    assert last.learner == "Chi"
    done, _goes_on = desk.marked(marker, course, 1)
    assert [(piece.learner, piece.share) for piece in done] == [("Bo", 0.5), ("Ana", 0.5)]


def test_who_marks_nothing_costs_one_statement(
    amina: User, ada: User, course: Course, count_queries: list[str]
) -> None:
    assert (amina.id, ada.id) == (1, 2)  # read again after the commit
    count_queries.clear()
    assert desk.courses_to_mark(amina) == {}
    assert len(count_queries) == 1
    assert desk.courses_to_mark(ada) == {course.id: 0}


def test_what_waits_is_found_by_its_index(app: Flask, ada: User, course: Course) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole")
    query = desk._waiting(ada, [course.id], Answer.position)
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    assert any("ix_attempt_waiting" in str(row) for row in plan), plan
    assert not any(str(row[3]).startswith("SCAN answer") for row in plan), plan


def test_essays_and_files_are_the_kinds_that_people_mark(course: Course) -> None:
    text = catalogue.text_of(catalogue.current_edition(course))
    kinds = {q.kind for lesson in text.lessons for q in lesson.questions}
    assert kinds >= grading.BY_HAND
    assert QUIZ
