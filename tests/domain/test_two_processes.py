"""Two processes do the same thing at the same moment: there is one of each afterwards."""

import multiprocessing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms import create_app
from lms.database import begin_writing, db, snapshot
from lms.domain import (
    address_change,
    catalogue,
    certification,
    links,
    notices,
    transparency,
    transparency_audit,
)
from lms.domain.errors import Conflict
from lms.domain.learning import attempts, completion, papers, reviewing
from lms.domain.permissions import System
from lms.domain.transparency_audit import Proof
from lms.models import (
    Answer,
    Attempt,
    Certificate,
    Completion,
    Course,
    Enrolment,
    Event,
    LinkPurpose,
    LogEntry,
    MailRefusal,
    Mark,
    OutgoingMail,
    User,
    Verb,
)
from tests.conftest import Publish, dispose, person, settings
from tests.marked import handed_in, published
from tests.marked import work as work_of

SPAWN = multiprocessing.get_context("spawn")
TIMES = 4
EARNED = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIZ = "names/quiz"
PAGE = "names/what-is-a-name"
WANTED = "new@ngo.example"
RIGHT: dict[str, list[object]] = {"runs": [0], "which": [0, 1], "letters": ["63"], "soa": ["soa"]}


class Pair:
    """Two processes that begin each deed at once. They are loaded once for all tests of the file."""

    def __init__(self) -> None:
        self._barrier = SPAWN.Barrier(2)
        self._pipes, theirs = zip(*(SPAWN.Pipe() for _ in range(2)), strict=True)
        self._both = [
            SPAWN.Process(target=serve, args=(pipe, self._barrier, number), daemon=True)
            for number, pipe in enumerate(theirs)
        ]
        for process in self._both:
            process.start()

    def work(self, *task: object) -> list[str]:
        """What went wrong in each of them."""
        for pipe in self._pipes:
            pipe.send(task)
        assert all(pipe.poll(60) for pipe in self._pipes)
        return [pipe.recv() for pipe in self._pipes]

    def end(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._both:
            process.join(60)
        assert [process.exitcode for process in self._both] == [0, 0]


def serve(pipe: Connection, barrier: Barrier, number: int) -> None:
    """One of the two."""
    while task := pipe.recv():
        try:
            work(barrier, number, *task)
        except Exception as error:
            pipe.send(repr(error))
        else:
            pipe.send("")


def work(
    barrier: Barrier, number: int, url: str, folder: Path, deed: Callable[[int], None]
) -> None:
    """Do it several times, beginning when the other does."""
    app = create_app(settings(folder, url))
    with app.app_context():
        try:
            barrier.wait(30)
            for _ in range(TIMES):
                begin_writing()
                try:
                    deed(number)
                    db.session.commit()
                except Conflict:
                    db.session.rollback()
        finally:
            db.session.rollback()
            dispose()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.end()


def hammer(pair: Pair, app: Flask, folder: Path, deed: Callable[[int], None]) -> None:
    """Run the deed in two processes, several times each, both beginning at once."""
    db.session.commit()
    assert pair.work(app.config["DATABASE_URL"], folder, deed) == ["", ""]


def amina_and_course() -> tuple[User, Course]:
    """Read again in this process."""
    return db.session.scalars(select(User)).one(), catalogue.find_course("small")


def start(_number: int) -> None:
    attempts.start_attempt(*amina_and_course(), QUIZ)


def finish(number: int) -> None:
    """Start, answer and hand in whatever is open."""
    me, _course = amina_and_course()
    attempt = db.session.scalars(select(Attempt)).one()
    given = {q.position: RIGHT[q.text.id] for q in papers.paper_of(attempt)}
    attempts.submit_attempt(me, attempt, counter=number + 1, responses=given)


def save(number: int) -> None:
    me, _course = amina_and_course()
    attempt = db.session.scalars(select(Attempt)).one()
    given = {q.position: RIGHT[q.text.id] for q in papers.paper_of(attempt)}
    attempts.save_answers(me, attempt, counter=attempt.counter + 1, responses=given)


def issue(_number: int) -> None:
    me, course = amina_and_course()
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    certification.issue(me, course, edition, text, percent=None, earned_at=EARNED)


def issue_to_all(number: int) -> None:
    """Each process issues to people of its own, and adds to the log what is not in it."""
    course = catalogue.find_course("small")
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    everybody = db.session.scalars(select(User).order_by(User.id)).all()
    held = set(db.session.scalars(select(Certificate.holder_id)))
    me = next(one for one in everybody[number::2] if one.id not in held)
    certification.issue(me, course, edition, text, percent=None, earned_at=EARNED)
    db.session.commit()
    begin_writing()
    while transparency.append_next():
        db.session.commit()
        begin_writing()


def read_page(_number: int) -> None:
    completion.complete_lesson(*amina_and_course(), PAGE)


def test_one_attempt_is_started(
    pair: Pair, app: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    hammer(pair, app, tmp_path, start)

    assert [a.number for a in db.session.scalars(select(Attempt))] == [1]
    assert len(db.session.scalars(select(Enrolment)).all()) == 1


def test_one_attempt_is_saved(
    pair: Pair, app: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    attempts.start_attempt(amina, small, QUIZ)
    hammer(pair, app, tmp_path, save)

    assert len(db.session.scalars(select(Answer)).all()) == len(RIGHT)


def test_one_attempt_is_handed_in_and_one_certificate_is_issued(
    pair: Pair, app: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    completion.complete_lesson(amina, small, PAGE)
    attempts.start_attempt(amina, small, QUIZ)
    hammer(pair, app, tmp_path, finish)

    assert [a.percent for a in db.session.scalars(select(Attempt))] == [100]
    assert len(db.session.scalars(select(Certificate)).all()) == 1
    verbs = db.session.scalars(select(Event.verb)).all()
    assert [verbs.count(verb) for verb in (Verb.SUBMITTED, Verb.PASSED, Verb.EARNED)] == [1, 1, 1]


def test_one_certificate_is_issued(
    pair: Pair, app: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    hammer(pair, app, tmp_path, issue)

    assert db.session.scalars(select(Certificate.period)).all() == [1]
    assert len(db.session.scalars(select(Event).where(Event.verb == Verb.EARNED)).all()) == 1


def test_the_log_is_one_chain(pair: Pair, app: Flask, small: Course, tmp_path: Path) -> None:
    for n in range(2 * TIMES):
        person(f"Learner{n}")
    hammer(pair, app, tmp_path, issue_to_all)

    rows = db.session.scalars(select(LogEntry).order_by(LogEntry.sequence)).all()
    assert [row.sequence for row in rows] == [*range(1, 2 * TIMES + 1)]
    proof = Proof()
    with snapshot() as connection:
        assert list(transparency_audit.audit(System(), connection, proof, None)) == []
    assert (proof.certificates, proof.waiting, proof.head) == (2 * TIMES, 0, rows[-1].head)


def test_one_page_is_done(
    pair: Pair, app: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    hammer(pair, app, tmp_path, read_page)

    assert len(db.session.scalars(select(Completion)).all()) == 1


def take_one_address(number: int) -> None:
    """Two people confirm the same new address; only one can own it."""
    me = db.session.scalars(select(User).order_by(User.id)).all()[number]
    if me.email == WANTED:
        return
    purpose = LinkPurpose.CHANGE_ADDRESS
    token = links.make(me, purpose, lasts=links.LASTS, address=WANTED)
    db.session.flush()
    address_change.confirm(token, me, "Firefox", instead_of=None)


def refuse_mails(_number: int) -> None:
    notices.choose(db.session.scalars(select(User)).one(), [])


def test_one_of_two_people_gets_the_address(
    pair: Pair, app: Flask, amina: User, eve: User, tmp_path: Path
) -> None:
    hammer(pair, app, tmp_path, take_one_address)

    addresses = db.session.scalars(select(User.email)).all()
    assert addresses.count(WANTED) == 1
    verbs = db.session.scalars(select(Event.verb)).all()
    assert verbs.count(Verb.CHANGED_ADDRESS) == 1


def test_each_kind_of_mail_is_refused_once(
    pair: Pair, app: Flask, amina: User, tmp_path: Path
) -> None:
    hammer(pair, app, tmp_path, refuse_mails)

    kinds = db.session.scalars(select(MailRefusal.kind)).all()
    assert sorted(kinds) == sorted(notices.NOTICES)


def test_a_process_that_fails_is_noticed(
    pair: Pair, app: Flask, amina: User, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="ValueError"):
        hammer(pair, app, tmp_path, fail)


def fail(_number: int) -> None:
    raise ValueError


def mark_own(number: int) -> None:
    """Each process marks another answer of the same attempt: one of them is the last."""
    marker = db.session.scalars(select(User).where(User.name == "Ada")).one()
    found = catalogue.find_course("writing")
    attempt = db.session.scalars(select(Attempt)).one()
    reviewing.give_mark(
        marker,
        found,
        attempt.id,
        number,
        after=0,
        points=[2, 5] if number == 0 else [1],
        comments=["", ""][: 2 - number],
        comment="",
    )


def mark_same(_number: int) -> None:
    mark_own(0)


def test_the_last_of_two_marks_settles_the_attempt(
    pair: Pair, app: Flask, amina: User, ada: User, publish: Publish, tmp_path: Path
) -> None:
    handed_in(amina, published(publish), "assignment", work_of())
    hammer(pair, app, tmp_path, mark_own)

    assert len(db.session.scalars(select(Mark)).all()) == 2
    assert db.session.scalars(select(Attempt.passed)).all() == [True]
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def test_of_two_marks_for_one_answer_the_second_is_refused(
    pair: Pair, app: Flask, amina: User, ada: User, publish: Publish, tmp_path: Path
) -> None:
    handed_in(amina, published(publish), "assignment", work_of())
    hammer(pair, app, tmp_path, mark_same)

    assert [mark.number for mark in db.session.scalars(select(Mark))] == [1]
