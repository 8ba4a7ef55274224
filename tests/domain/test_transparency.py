"""The transparency log only grows; whatever else happens to it is found."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, insert, inspect, literal, select, text, update
from sqlalchemy.exc import DatabaseError

from lms import jobs
from lms.cli.certificates import certificates
from lms.database import db
from lms.domain import (
    catalogue,
    certification,
    correcting,
    ending,
    notices,
    transparency,
    transparency_audit,
)
from lms.models import (
    Base,
    Certificate,
    Course,
    LogDay,
    LogEntry,
    LogKind,
    MailKind,
    OutgoingMail,
    Revocation,
    User,
)
from tests.cohorts import partner_of
from tests.conftest import SMALL, Clock, Publish, person
from tests.domain.test_certification import WORDS, facts, issue

NEVER = {"id", "salt", "holder_id", "pdf_digest", "log_digest", "log_sequence", "badge_digest"}
"""What the digest of a certificate does not cover: it is secret, or comes later."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that each log here is read, and added to, in several pieces."""
    monkeypatch.setattr(transparency_audit, "PIECE", 2)
    monkeypatch.setattr(transparency, "BATCH", 2)


def worker() -> None:
    """One round of the job, with a day's end looked for at once."""
    with jobs.log_of_certificates() as deed:
        deed()


def audit(app: Flask, *options: str) -> Result:
    """The command, as somebody at the terminal runs it."""
    db.session.commit()
    return app.test_cli_runner().invoke(certificates, ["audit", *options])


def faults(app: Flask, *options: str) -> list[str]:
    """What it found."""
    result = audit(app, *options)
    assert (result.exit_code == 0) is ("The log is whole." in result.stdout)
    return [line for line in result.stderr.splitlines() if not line.startswith("Error")]


@pytest.fixture
def log(amina: User, small: Course, clock: Clock) -> list[Certificate]:
    """Four certificates on two days, one of them withdrawn; both days are over."""
    people = [amina, *(person(name) for name in ("Bo", "Cy", "Di"))]
    made = [issue(one, small) for one in people[:3]]
    worker()
    clock.forward(days=1)
    made.append(issue(people[3], small))
    ending.withdraw(people[1], made[1])
    db.session.commit()
    worker()
    clock.forward(days=1)
    worker()
    return made


def entries() -> list[LogEntry]:
    return list(db.session.scalars(select(LogEntry).order_by(LogEntry.sequence)))


@pytest.fixture
def unguarded(app: Flask) -> Callable[..., None]:
    """What somebody does who owns the database: without its guards."""

    def change(*statements: Any) -> None:
        if db.engine.dialect.name == "sqlite":
            for table in ("log_entry", "log_day"):
                for deed in ("update", "delete"):
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{deed}"))
        else:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            db.session.execute(statement)
        db.session.commit()
        db.session.expire_all()

    return change


def counted_anew() -> Iterator[Any]:
    """All heads as somebody would count them who covers what they did."""
    head = transparency.START
    for one in entries():
        head = transparency.head_of(head, one.sequence, one.at, one.kind, one.digest)
        yield update(LogEntry).where(LogEntry.sequence == one.sequence).values(head=head)
        yield update(LogDay).where(LogDay.sequence == one.sequence).values(head=head)


# --- growing ------------------------------------------------------------------------------------


def test_an_entry_says_when_and_what_and_never_of_whom(
    log: list[Certificate], clock: Clock
) -> None:
    rows = entries()

    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5]
    assert [row.kind for row in rows] == [*[LogKind.ISSUED] * 4, LogKind.WITHDRAWN]
    assert [one.log_sequence for one in log] == [1, 2, 3, 4]
    assert log[1].revocation is not None
    assert log[1].revocation.log_sequence == 5
    told = str([[getattr(row, one.key) for one in row.__table__.c] for row in rows])
    for one in log:
        for secret in (one.number, one.holder_name, one.salt):
            assert secret not in told


def test_a_head_is_the_hash_of_five_lines(log: list[Certificate]) -> None:
    first, second = entries()[:2]

    lines = f"{first.head}\n2\n{second.at.isoformat(timespec='microseconds')}\nissued\n{second.digest}\n"
    assert second.head == sha256(lines.encode()).hexdigest()


def test_its_digest_covers_every_fact(amina: User, small: Course) -> None:
    """A new column must be covered, or stand among those that are not."""
    certificate = issue(amina, small)
    assert set(transparency.FACTS) | NEVER >= facts(certificate).keys()
    right = transparency.digest_of(certificate)
    for name in transparency.FACTS:
        before = getattr(certificate, name)
        with db.session.no_autoflush:
            setattr(certificate, name, datetime.now(UTC) if name.endswith("_at") else "other")
            assert transparency.digest_of(certificate) != right, name
            setattr(certificate, name, before)
    assert transparency.digest_of(certificate) == right


def test_doing_it_twice_adds_nothing(log: list[Certificate]) -> None:
    worker()

    assert len(entries()) == 5


@pytest.mark.parametrize("table", [LogEntry, LogDay])
@pytest.mark.parametrize("how", [update, delete])
def test_the_database_itself_refuses_to_change_or_delete_one(
    log: list[Certificate], table: type[Base], how: Callable[[type[Base]], Any]
) -> None:
    statement = how(table).values(head="0" * 64) if how is update else how(table)

    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(statement)
    db.session.rollback()


def test_a_clock_that_runs_behind_adds_no_entry_to_the_past(
    log: list[Certificate], clock: Clock, app: Flask, small: Course
) -> None:
    clock.moment -= timedelta(days=2)
    issue(person("Ed"), small)
    worker()

    last = entries()[-1]
    day = db.session.scalars(select(LogDay.day).order_by(LogDay.day.desc())).first()
    assert day is not None
    assert last.at.date() == datetime.fromisoformat(day).date() + timedelta(days=1)
    assert [one for one in faults(app) if "entry" in one] == []


# --- the heads of days --------------------------------------------------------------------------


def test_each_day_ends_with_a_head_that_is_mailed_to_managers_of_partners(
    log: list[Certificate], lin: User, eve: User, small: Course, clock: Clock, ada: User
) -> None:
    assert db.session.scalars(select(OutgoingMail).filter_by(kind=MailKind.LOG_HEAD)).all() == []
    partner_of(lin, "lake", "Lake")
    partner_of(ada, "river", "River")
    notices.switch(ada, MailKind.LOG_HEAD, on=False)
    issue(eve, small)
    worker()
    assert transparency.newest_head() == entries()[4].head
    clock.forward(days=3)
    worker()

    rows, more = transparency.days()
    assert [(row.entries, row.sequence) for row in rows] == [(1, 6), (2, 5), (3, 3)]
    assert [row.head for row in rows] == [entries()[n].head for n in (5, 4, 2)]
    assert not more
    mail = db.session.scalars(select(OutgoingMail).filter_by(kind=MailKind.LOG_HEAD)).one()
    assert (mail.recipient, mail.facts["head"]) == (lin.email, rows[0].head)


def test_what_is_issued_later_carries_the_newest_head(
    log: list[Certificate], app: Flask, eve: User, small: Course
) -> None:
    assert log[0].log_head is None
    later = issue(eve, small)
    worker()

    assert later.log_head == transparency.days()[0][0].head
    assert faults(app) == []


# --- the proof ----------------------------------------------------------------------------------


def test_a_whole_log_is_proven_since_a_head_that_was_kept(
    log: list[Certificate], app: Flask, eve: User, small: Course
) -> None:
    kept = entries()[2].head
    issue(eve, small)  # the worker is not there yet

    result = audit(app, "--since", f" {kept.upper()} ")

    assert result.exit_code == 0, result.output
    assert "5 entries, head " + entries()[-1].head in result.stdout
    assert "4 certificates and 1 ends of them are in the log; 1 wait" in result.stdout
    assert "2 entries were added since the head that you kept" in result.stdout
    assert audit(app).stdout.count("since") == 0
    assert audit(app, "--since", "nonsense").exit_code == 2


def test_an_empty_log_is_whole(app: Flask) -> None:
    assert faults(app) == []


def test_what_is_forgotten_with_its_holder_is_told_apart(
    log: list[Certificate], app: Flask, small: Course, clock: Clock
) -> None:
    """Also of one that was issued and let go before the worker came."""
    holders = {one.id: db.session.get_one(User, one.holder_id) for one in log}
    ending.let_go(holders[log[1].id], log[1], ends=True, at=clock.moment)
    ending.let_go(holders[log[0].id], log[0], ends=False, at=clock.moment)
    zoe = person("Zoe")
    new = issue(zoe, small)
    ending.let_go(zoe, new, ends=True, at=clock.moment)
    db.session.commit()
    worker()

    result = audit(app)
    assert result.exit_code == 0, result.output
    assert "2 were forgotten when their holders left" in result.stdout
    assert (new.salt, new.log_sequence) == ("", 6)


@pytest.mark.parametrize("covers", [False, True])
@pytest.mark.parametrize("what", ["removed", "changed", "back-dated", "reordered"])
def test_whoever_owns_the_database_is_found_out(
    log: list[Certificate],
    app: Flask,
    unguarded: Callable[..., None],
    what: str,
    covers: bool,
) -> None:
    """Also if they count all heads anew, the public ones too: a head that was kept is gone."""
    kept = entries()[4].head
    first, second, third = entries()[:3]
    deeds: dict[str, list[Any]] = {
        "removed": [delete(LogEntry).where(LogEntry.sequence == 2)],
        "changed": [update(LogEntry).where(LogEntry.sequence == 2).values(digest="0" * 64)],
        "back-dated": [
            update(LogEntry).where(LogEntry.sequence == 3).values(at=first.at - timedelta(days=9))
        ],
        "reordered": [
            update(LogEntry).where(LogEntry.sequence == 2).values(digest=third.digest),
            update(LogEntry).where(LogEntry.sequence == 3).values(digest=second.digest),
        ],
    }
    unguarded(*deeds[what])
    if covers:
        unguarded(*counted_anew())

    said = faults(app, "--since", kept)

    lost = f"no entry has the head {kept}: the log was changed or cut since it was kept"
    assert (lost in said) is covers
    own = {
        "removed": "entry 3 follows entry 1: what was between them is gone",
        "changed": "entry 2 is not what certificate:2 says",
        "back-dated": "entry 3 is earlier than the one before it",
        "reordered": "entry 2 is not what certificate:2 says",
    }
    assert own[what] in said
    if not covers:
        broken = "does not have the hash of what stands in it and before it"
        assert any(broken in one for one in said)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            update(Certificate).where(Certificate.id == 1).values(holder_name="Eve"),
            "entry 1 is not what certificate:1 says",
        ),
        (
            update(Certificate).where(Certificate.id == 1).values(salt=""),
            "entry 1 cannot be compared: certificate:1 was emptied",
        ),
        (
            update(Revocation).values(at=datetime(2026, 1, 1, tzinfo=UTC)),
            "entry 5 is not what the end of certificate:2 says",
        ),
        (
            delete(Revocation),
            "entry 5 belongs to no certificate: its row is gone, or points elsewhere",
        ),
        (
            delete(Certificate).where(Certificate.id == 3),
            "entry 3 belongs to no certificate: its row is gone, or points elsewhere",
        ),
        (
            update(Certificate).where(Certificate.id == 3).values(log_sequence=99),
            "certificate:3 is not in the log",
        ),
        (
            update(Certificate).where(Certificate.id == 3).values(log_sequence=None),
            "certificate:3 is not in the log",
        ),
        (
            update(Revocation).values(log_sequence=None),
            "the end of certificate:2 is not in the log",
        ),
        (
            update(Certificate).where(Certificate.id == 3).values(log_head="f" * 64),
            "certificate:3 was printed with a head that is not in the log",
        ),
        (
            update(LogDay).where(LogDay.sequence == 3).values(head="f" * 64),
            "entry 3 is not what the head of 2027-03-01 says",
        ),
        (
            update(LogDay).where(LogDay.sequence == 3).values(sequence=2),
            "entry 3 was added to a day that was over",
        ),
        (
            update(LogDay).where(LogDay.sequence == 3).values(sequence=99),
            "the head of 2027-03-01 belongs to no entry",
        ),
    ],
)
def test_each_row_and_each_head_is_compared(
    log: list[Certificate], app: Flask, unguarded: Callable[..., None], deed: Any, said: str
) -> None:
    unguarded(deed)

    assert said in faults(app)


def test_a_certificate_that_was_issued_in_secret_is_found(
    log: list[Certificate], app: Flask, clock: Clock
) -> None:
    """Its row is put in by hand, and no worker may see it."""
    row = facts(log[0]) | {"id": 77, "number": "SECRET000000", "log_sequence": None, "holder_id": 7}
    db.session.execute(insert(Certificate), [row])

    assert faults(app) == ["certificate:77 is not in the log"]


# --- whatever people do -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_the_log_is_whole_and_any_change_of_it_is_found(
    app: Flask,
    ada: User,
    publish: Publish,
    clock: Clock,
    unguarded: Callable[..., None],
    seed: int,
) -> None:
    chance = Random(seed)  # noqa: S311 (the same each time)
    publish("small", {**SMALL, **WORDS})
    small = catalogue.find_course("small")
    people = [person(f"P{n}") for n in range(4)]
    kept: set[str] = set()
    for _step in range(40):
        live_through(chance, people, small, ada, clock)
        kept.update(one.head for one in entries()[-1:])
    worker()
    assert faults(app) == []
    assert all(faults(app, "--since", head) == [] for head in sorted(kept)[:3])

    table = chance.choice([LogEntry, LogEntry, LogDay, Certificate, Revocation])
    column = chance.choice(list(COVERED[table]))
    row = chance.choice(list(db.session.scalars(select(table).where(not_forgotten(table)))))
    key = inspect(table).primary_key[0]
    before = getattr(row, column)
    other = before + timedelta(seconds=1) if isinstance(before, datetime) else OTHER[column]
    assert other != before
    unguarded(update(table).where(key == getattr(row, key.name)).values({column: other}))
    assert faults(app) != [], (table, column, other)


COVERED: dict[Any, tuple[str, ...]] = {
    LogEntry: ("at", "digest", "head"),
    LogDay: ("head",),
    Certificate: ("holder_name", "percent", "hours", "earned_at", "edition_digest", "title"),
    Revocation: ("at", "by", "reason"),
}
OTHER = {
    **dict.fromkeys(("digest", "head", "edition_digest"), "e" * 64),
    **dict.fromkeys(("holder_name", "title", "by", "reason"), "Somebody else"),
    "percent": 99,
    "hours": "99",
}


def not_forgotten(table: Any) -> Any:
    """Whose facts are still there to compare."""
    salted = select(Certificate.id).where(Certificate.salt != "")
    if table is Certificate:
        return Certificate.id.in_(salted)
    return Revocation.certificate_id.in_(salted) if table is Revocation else literal(value=True)


def live_through(
    chance: Random, people: list[User], course: Course, ada: User, clock: Clock
) -> None:
    """Somebody does something, or the worker does, or time goes by."""
    me = chance.choice(people)
    held = [one for one in certification.certificates_of(me) if one.revocation is None]
    match chance.randrange(7):
        case 0 | 1:
            issue(me, course)
        case 2 if held:
            ending.withdraw(me, held[0])
        case 3 if held and correcting.why_not(me, held[0]) is None:
            correcting.correct(me, held[0])
        case 3:
            certification.set_certificate_name(me, f"Name {chance.random()}")
        case 4 if held:
            ending.revoke(ada, held[0], "A reason.")
        case 5:
            for one in certification.certificates_of(me):
                ending.let_go(me, one, ends=chance.random() < 0.5, at=clock.moment)
        case _:
            worker()
    db.session.commit()
    clock.forward(hours=chance.randrange(20))
