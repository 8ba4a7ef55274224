"""kill -9 of web processes and worker while people save and hand in: what was acknowledged stays."""

import http.client
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

import pytest
from flask import Flask
from sqlalchemy import text

from lms.database import db
from tests.safety import installation as installations
from tests.safety.installation import (
    CHAOS,
    PAGE,
    QUESTIONS,
    QUIZ,
    Client,
    Installation,
    installation,
)

pytestmark = pytest.mark.timeout(1200)
KILLS = 50 if CHAOS else 4
CLIENTS = 10 if CHAOS else 4
SAVES = 4
"""Saves of each attempt before it is handed in."""
BACK = 5.0 if CHAOS else 15.0
"""Seconds until everything is back; the short run shares its machine with other tests."""


class Ledger(Protocol):
    """The database, read past the application."""

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """What a statement finds."""
        ...

    def answers(self, attempt: int) -> list[str]:
        """The first answer to each question, in the order of the paper."""
        ...


@dataclass
class Learner:
    """Somebody who takes the quiz again and again, and notes what the server acknowledged."""

    here: Ledger
    client: Client
    done: threading.Event
    kept: dict[int, list[str]] = field(default_factory=dict)
    """By attempt: what was acknowledged last."""
    handed_in: set[int] = field(default_factory=set)
    acknowledged: int = 0
    tries: int = 0
    error: str = ""

    def run(self) -> None:
        """Until it is over; then finish the attempt that is under way, and leave one open."""
        with closing(self.client):
            self.learn()

    def learn(self) -> None:
        """What fails is noted: threads fail silently."""
        try:
            self.insist(f"{PAGE}/completion", {}, 303)
            while not (self.done.is_set() and self.handed_in):
                self.take(hand_in=True)
            self.take(hand_in=False)
        except Exception as error:
            self.error = repr(error)

    def take(self, *, hand_in: bool) -> None:
        """Start, save several times, hand in."""
        number = int(self.insist(f"{QUIZ}/attempts", {}, 303).rpartition("/")[2])
        counter = 0
        for _ in range(SAVES):
            counter += 1
            self.save(number, counter, [f"{word} {counter}" for word in QUESTIONS])
        if hand_in:
            given = [*QUESTIONS[:3], f"at {counter}"]
            form = self.form(counter + 1, given) | {"submit": "1"}
            self.insist(f"/en/attempts/{number}", form, 303)
            self.kept[number] = given
            self.handed_in.add(number)

    def save(self, number: int, counter: int, given: list[str]) -> None:
        """What is acknowledged is in the database at that moment."""
        self.insist(
            f"/en/attempts/{number}", self.form(counter, given), 200, accept="application/json"
        )
        self.kept[number] = given
        self.acknowledged += 1
        assert self.here.answers(number) == given

    def form(self, counter: int, given: list[str]) -> dict[str, str]:
        """As the page sends it: always all of it."""
        return {"counter": str(counter), **{f"q{place}": text for place, text in enumerate(given)}}

    def insist(self, path: str, form: dict[str, str], status: int, *, accept: str = "") -> str:
        """Send it until it is acknowledged, as the page's script and people do."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self.tries += 1
            try:
                answer = self.client.send(path, form, accept=accept)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            assert answer.status == status, f"{answer.status} {path} {answer.text}"
            return answer.location
        raise AssertionError(f"{path} is never acknowledged")


def kill_some(here: Installation, random: Random) -> None:
    """Mostly one of them; now and then all web processes at once."""
    children = here.children()
    victims = [random.choice([*children["web"], *children["worker"]])]
    if random.random() < 0.15:
        victims = children["web"]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)


def kill_and_wait(here: Installation, random: Random) -> float:
    """Seconds until all processes were there again and a newcomer got a page."""
    time.sleep(random.uniform(0.1, 0.8))
    kill_some(here, random)
    return until(lambda: complete(here) and installations.answers(here, "/en/"), 30)


def until(what: Callable[[], bool], seconds: float) -> float:
    """Wait for it; how long that took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def complete(here: Installation) -> bool:
    """Two web processes and a worker."""
    children = here.children()
    return (len(children["web"]), len(children["worker"])) == (2, 1)


@pytest.mark.once
def test_no_acknowledged_answer_is_lost_or_doubled(tmp_path: Path) -> None:
    random, done = Random(7), threading.Event()  # noqa: S311 (who dies, not a secret)
    with installation(tmp_path, people=CLIENTS) as here:
        learners = [Learner(here, here.client(n), done) for n in range(CLIENTS)]
        threads = [threading.Thread(target=one.run) for one in learners]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        try:
            slowest = max(kill_and_wait(here, random) for _ in range(KILLS))
        finally:
            done.set()
            for thread in threads:
                thread.join()

        figures(learners, slowest, time.monotonic() - began)
        assert [one.error for one in learners] == [""] * CLIENTS
        check_ledger(here, learners)
        assert slowest < BACK


def figures(learners: list[Learner], slowest: float, seconds: float) -> None:
    """For whoever runs it with ``pytest -s``."""
    print(  # noqa: T201
        f"\n{KILLS} kills in {seconds:.0f} s;"
        f" {sum(one.acknowledged for one in learners)} saves acknowledged,"
        f" {sum(one.tries for one in learners)} requests sent,"
        f" {sum(len(one.handed_in) for one in learners)} attempts handed in;"
        f" everything back after {slowest:.1f} s at most"
    )


def check_ledger(here: Ledger, learners: list[Learner]) -> None:
    """The database holds exactly what was acknowledged: nothing lost, nothing twice."""
    for one in learners:
        for attempt, given in one.kept.items():
            assert here.answers(attempt) == given, attempt
    made = {attempt for one in learners for attempt in one.kept}
    handed_in = {attempt for one in learners for attempt in one.handed_in}
    assert {a for (a,) in here.rows("SELECT id FROM attempt")} == made
    marked = here.rows("SELECT id, percent, passed FROM attempt WHERE submitted_at IS NOT NULL")
    assert sorted(marked) == [(attempt, 75, 1) for attempt in sorted(handed_in)]
    per_verb = "SELECT object FROM event WHERE verb = ? ORDER BY object"
    for verb, attempts in (("attempted", made), ("submitted", handed_in), ("passed", handed_in)):
        said = [subject for (subject,) in here.rows(per_verb, verb)]
        assert said == sorted(f"attempt:{attempt}" for attempt in attempts), verb
    for table, each in (("enrolment", 1), ("completion", 2), ("certificate", 1)):
        assert here.rows(f"SELECT count(*) FROM {table}") == [(len(learners) * each,)], table  # noqa: S608


# --- on the disk before it is acknowledged ------------------------------------------------------


def test_a_connection_of_the_application_syncs_at_each_commit(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        asked = ("journal_mode", "synchronous", "wal_autocheckpoint")
        said = [db.session.execute(text(f"PRAGMA {name}")).scalar() for name in asked]
        assert said == ["wal", 2, 1000]  # 2: FULL, the log is synced at each commit
    else:
        assert db.session.execute(text("SHOW synchronous_commit")).scalar() == "on"


@pytest.mark.once
@pytest.mark.chaos
def test_each_acknowledged_answer_was_synced(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    strace = ("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log))
    with (
        installation(tmp_path, under=strace, WEB_WORKERS="1") as here,
        closing(here.client(0)) as client,
    ):
        address = client.send(f"{QUIZ}/attempts", {}).location
        before = log.read_text().count("sync(")
        for counter in range(1, 101):
            form = {"counter": str(counter), "q0": f"answer {counter}"}
            assert client.send(address, form, accept="application/json").status == 200
        synced = log.read_text().count("sync(") - before
    print(f"\n100 answers acknowledged, {synced} fsync or fdatasync")  # noqa: T201
    assert synced >= 100
