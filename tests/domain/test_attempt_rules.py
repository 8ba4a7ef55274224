"""The rules of attempts, driven by chance: whatever happens in whatever order, these things hold."""

from datetime import timedelta
from math import floor
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, publishing
from lms.domain.errors import Conflict, Denied
from lms.domain.learning import attempts, marking, papers
from lms.domain.learning.progress import progress_of
from lms.domain.permissions import System
from lms.models import Answer, Attempt, Course, Origin, User
from tests.conftest import SMALL, Clock

QUIZ = "names/quiz"
MOST, TIME, WAIT = 3, timedelta(minutes=10), timedelta(minutes=5)
QUESTIONS = "".join(
    f"## ? Number {one}? {{#q{one} points={one}}}\n\n- = right {one}\n\n" for one in (1, 2, 3)
)
RULES = f"title: Quiz\npass: 60\nattempts: {MOST}\ntime: 10 minutes\nwait: 5 minutes"
GIVEN = st.dictionaries(st.integers(0, 2), st.sampled_from(["right 1", "right 2", "right 3", "no"]))


class Quiz(RuleBasedStateMachine):
    """One learner in two windows, a trainer who publishes, and time."""

    clock: Clock
    me: User
    runs = 0

    @initialize()
    def begin(self) -> None:
        """A course of its own for each run: emptying the tables would take longer."""
        type(self).runs += 1
        self.slug, self.edition = f"run-{self.runs}", 0
        self.publish()
        self.course: Course = catalogue.find_course(self.slug)
        self.counter = {"phone": 0, "desk": 0}
        self.newest = 0
        self.expected: dict[int, str] = {}
        self.frozen: dict[int, tuple[Any, ...]] = {}

    @rule()
    def publish(self) -> None:
        """A new edition: the questions change, the rules do not."""
        self.edition += 1
        text = QUESTIONS.replace("Number", f"Edition {self.edition}, number")
        files = {
            "course.md": SMALL["course.md"],
            "names/quiz.md": f"---\n{RULES}\n---\n\n{text}",
        }
        tree = CourseTree.of({path: data.encode() for path, data in files.items()})
        publishing.publish_tree(System(), self.slug, tree, origin=Origin.IMPORTED)

    @rule()
    def start(self) -> None:
        """Start, or go back to the attempt that is open."""
        known, open_one = self.rows(), self.open()
        try:
            attempt = attempts.start_attempt(self.me, self.course, QUIZ)
        except Denied:
            done = [row for row in self.rows() if row.submitted_at]
            ends = [row.submitted_at for row in done if row.submitted_at]
            assert len(done) == MOST or self.clock.moment < max(ends) + WAIT
            return
        if open_one is not None and attempt is open_one:
            assert [row.id for row in self.rows()] == [row.id for row in known]
        else:
            assert attempt.number == len(known) + 1
            assert attempt.closes_at == self.clock.moment + TIME
            self.counter, self.newest = {"phone": 0, "desk": 0}, 0
            self.expected = {}

    @precondition(lambda self: self.open() is not None)
    @rule(window=st.sampled_from(["phone", "desk"]), given=GIVEN, step=st.integers(-2, 3))
    def save(self, window: str, given: dict[int, str], step: int) -> None:
        """A save with a counter that may be older than what another window sent."""
        attempt = self.open()
        assert attempt is not None
        self.counter[window] = max(self.counter[window] + step, 0)
        responses = {position: [text] for position, text in given.items()}
        if self.is_over(attempt):
            with pytest.raises(Conflict):
                attempts.save_answers(
                    self.me, attempt, counter=self.counter[window], responses=responses
                )
            return
        attempts.save_answers(self.me, attempt, counter=self.counter[window], responses=responses)
        self.note(self.counter[window], given)

    @precondition(lambda self: self.rows())
    @rule(window=st.sampled_from(["phone", "desk"]), given=GIVEN)
    def submit(self, window: str, given: dict[int, str]) -> None:
        """Hand in the newest attempt, open or not; a bad network sends twice."""
        attempt = self.rows()[-1]
        self.counter[window] = self.newest + 1
        if attempt.submitted_at is None and not self.is_over(attempt):
            self.note(self.counter[window], given)
        attempts.submit_attempt(
            self.me,
            attempt,
            counter=self.counter[window],
            responses={position: [text] for position, text in given.items()},
        )
        assert attempt.submitted_at is not None

    @rule(seconds=st.sampled_from([1, 59, 61, 299, 300, 599, 600, 660, 661, 3600]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.clock.forward(seconds=seconds)

    @rule()
    def work(self) -> None:
        """The worker hands in what is overdue."""
        marking.close_overdue()
        attempt = self.open()
        assert attempt is None or not self.is_over(attempt)

    @invariant()
    def the_rules_hold(self) -> None:
        """Everything that must be true at any moment."""
        rows = self.rows()
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) <= MOST
        assert sum(row.submitted_at is None for row in rows) <= 1
        if rows:
            self.check_answers(rows[-1])
        for row in rows:
            if row.submitted_at is not None:
                self.check_result(row)
        self.check_progress(rows)

    def check_answers(self, row: Attempt) -> None:
        """An older save never overwrote a newer one."""
        stored = {
            answer.position: answer.response[0]
            for answer in db.session.scalars(select(Answer).where(Answer.attempt_id == row.id))
        }
        assert stored == self.expected

    def check_result(self, row: Attempt) -> None:
        """It never changes again, is rounded down, and follows from the questions of its edition."""
        answers = papers.answers_of(row)
        earned = sum(
            question.text.points
            for question in papers.paper_of(row)
            if question.position in answers
            and answers[question.position].response == [f"right {question.text.points}"]
        )
        assert row.score is not None
        assert (row.earned, row.possible, row.percent) == (earned, 6, floor(earned * 100 / 6))
        assert row.passed is (earned >= 3.6)
        assert row.submitted_at is not None
        assert row.closes_at is not None
        assert row.started_at <= row.submitted_at <= row.closes_at
        facts = (row.submitted_at, row.score, row.earned, row.counter, row.edition_id)
        assert self.frozen.setdefault(row.id, facts) == facts

    def check_progress(self, rows: list[Attempt]) -> None:
        """The best attempt counts, and done is what was passed once."""
        text = catalogue.text_of(catalogue.current_edition(self.course))
        state = progress_of(self.me, self.course, text).states[QUIZ]
        done = [row for row in rows if row.submitted_at is not None]
        assert state.tried == len(done)
        assert state.best == max(
            (row.percent for row in done if row.percent is not None), default=None
        )
        assert (state.done_at is not None) is any(row.passed for row in done)

    def rows(self) -> list[Attempt]:
        """All attempts of this run, the oldest first."""
        lesson = catalogue.find_lesson(catalogue.find_course(self.slug), QUIZ)
        query = select(Attempt).where(Attempt.lesson_id == lesson.id).order_by(Attempt.number)
        return list(db.session.scalars(query))

    def open(self) -> Attempt | None:
        """The attempt that is not handed in."""
        return next((row for row in self.rows() if row.submitted_at is None), None)

    def is_over(self, attempt: Attempt) -> bool:
        """Whether the time and the minute of grace are over."""
        return self.clock.moment > attempt.started_at + TIME + timedelta(seconds=60)

    def note(self, counter: int, given: dict[int, str]) -> None:
        """What must stand in the database after a save with this counter."""
        if counter > self.newest:
            self.newest = counter
            self.expected |= given


def test_the_rules_of_attempts_hold_whatever_happens(app: Flask, clock: Clock, amina: User) -> None:
    Quiz.clock, Quiz.me, Quiz.runs = clock, amina, 0
    run_state_machine_as_test(
        Quiz,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Quiz.runs >= 15
