"""Two accounts of one person become one."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.database import db
from lms.domain import accounts, joining
from lms.domain.errors import Conflict
from lms.domain.permissions import System
from lms.models import (
    Answer,
    Attempt,
    Completion,
    Course,
    Edition,
    Enrolment,
    Event,
    Lesson,
    Origin,
    User,
    Verb,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def duplicate(app: Flask) -> User:
    """Amina again: she forgot that she had an account."""
    person = accounts.add_person(
        System(), name="Amina B.", email="amina@ngo.example", confirmed=False
    )
    db.session.commit()
    return person


class World:
    """Two courses of two lessons, published twice."""

    def __init__(self) -> None:
        self.courses = [Course(slug=slug, created_at=START) for slug in ("dns", "names")]
        db.session.add_all(self.courses)
        db.session.flush()
        self.lessons = [
            Lesson(course_id=course.id, slug=f"basics/{name}")
            for course in self.courses
            for name in ("page", "quiz")
        ]
        self.editions = [
            Edition(
                course_id=self.courses[0].id,
                number=number,
                digest="0" * 64,
                format_version=1,
                origin=Origin.SHIPPED,
                published_at=START,
                published_by="system",
            )
            for number in (1, 2)
        ]
        db.session.add_all([*self.lessons, *self.editions])
        db.session.flush()

    def enrol(self, person: User, course: int, day: int) -> None:
        db.session.add(
            Enrolment(user_id=person.id, course_id=self.courses[course].id, started_at=at(day))
        )

    def complete(self, person: User, lesson: int, day: int, edition: int = 0) -> None:
        db.session.add(
            Completion(
                user_id=person.id,
                lesson_id=self.lessons[lesson].id,
                edition_id=self.editions[edition].id,
                at=at(day),
            )
        )

    def attempt(self, person: User, number: int, day: int, *, handed_in: bool = True) -> Attempt:
        attempt = Attempt(
            user_id=person.id,
            lesson_id=self.lessons[1].id,
            edition_id=self.editions[0].id,
            number=number,
            paper=[],
            started_at=at(day),
            submitted_at=at(day) + timedelta(hours=1) if handed_in else None,
        )
        db.session.add(attempt)
        db.session.flush()
        db.session.add(
            Answer(
                attempt_id=attempt.id,
                position=0,
                question=f"day {day}",
                kind="one",
                response=[0],
                saved_at=at(day),
            )
        )
        db.session.flush()
        return attempt


@pytest.fixture
def world(app: Flask) -> World:
    """What can be learnt."""
    return World()


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def join(duplicate: User, into: User) -> None:
    joining.join(duplicate, into)
    db.session.commit()
    db.session.expire_all()


def test_what_was_learnt_in_the_duplicate_is_kept(
    world: World, amina: User, duplicate: User
) -> None:
    world.enrol(duplicate, 0, 1)
    world.complete(duplicate, 0, 2)
    world.attempt(duplicate, 1, 3)
    join(duplicate, amina)
    assert db.session.execute(select(Enrolment.user_id, Enrolment.started_at)).all() == [
        (amina.id, at(1))
    ]
    assert db.session.execute(select(Completion.user_id, Completion.at)).all() == [
        (amina.id, at(2))
    ]
    assert db.session.execute(select(Attempt.user_id, Attempt.number)).all() == [(amina.id, 1)]


def test_of_two_equal_facts_the_earlier_stays(world: World, amina: User, duplicate: User) -> None:
    for person, days in ((amina, (5, 6, 7)), (duplicate, (2, 9, 4))):
        world.enrol(person, 0, days[0])
        world.complete(person, 0, days[1], edition=0)
        world.complete(person, 1, days[2], edition=0 if person is amina else 1)
    world.enrol(duplicate, 1, 8)
    join(duplicate, amina)
    assert db.session.execute(
        select(Enrolment.user_id, Enrolment.course_id, Enrolment.started_at).order_by(
            Enrolment.course_id
        )
    ).all() == [
        (amina.id, world.courses[0].id, at(2)),
        (amina.id, world.courses[1].id, at(8)),
    ]
    assert db.session.execute(
        select(
            Completion.user_id, Completion.lesson_id, Completion.at, Completion.edition_id
        ).order_by(Completion.lesson_id)
    ).all() == [
        (amina.id, world.lessons[0].id, at(6), world.editions[0].id),
        (amina.id, world.lessons[1].id, at(4), world.editions[1].id),
    ]


def test_attempts_are_numbered_by_when_they_were_started(
    world: World, amina: User, duplicate: User
) -> None:
    hers = [world.attempt(amina, 1, 1), world.attempt(amina, 2, 4)]
    other = [world.attempt(duplicate, 1, 2), world.attempt(duplicate, 2, 3, handed_in=False)]
    join(duplicate, amina)
    assert [(a.user_id, a.number) for a in (*hers, *other)] == [
        (amina.id, 1),
        (amina.id, 4),
        (amina.id, 2),
        (amina.id, 3),
    ]
    assert other[1].submitted_at is None
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 4


@pytest.mark.parametrize("newest_is_hers", [True, False])
def test_of_two_open_attempts_the_one_begun_last_goes_on_and_the_other_is_kept(
    world: World, amina: User, duplicate: User, newest_is_hers: bool
) -> None:
    done = world.attempt(amina, 1, 1)
    hers = world.attempt(amina, 2, 5 if newest_is_hers else 2, handed_in=False)
    other = world.attempt(duplicate, 1, 3, handed_in=False)
    join(duplicate, amina)
    newest, resting = (hers, other) if newest_is_hers else (other, hers)
    assert [(a.user_id, a.number, a.submitted_at) for a in (done, newest, resting)] == [
        (amina.id, 1, at(1) + timedelta(hours=1)),
        (amina.id, 2, None),
        (duplicate.id, 1, None),
    ]
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 3


def test_attempts_of_others_and_other_quizzes_stay_as_they_are(
    world: World, amina: User, duplicate: User, eve: User
) -> None:
    hers = world.attempt(amina, 1, 1)
    other = world.attempt(eve, 1, 1)
    join(duplicate, amina)
    assert [(a.user_id, a.number) for a in (hers, other)] == [(amina.id, 1), (eve.id, 1)]


def test_nobody_can_use_the_duplicate_any_more(amina: User, duplicate: User) -> None:
    token = accounts.sign_in(duplicate, "Firefox")
    duplicate.certificate_name = "Amina Bâ"
    join(duplicate, amina)
    assert accounts.person_signed_in(token) is None
    assert duplicate.suspended_at is not None
    assert amina.certificate_name == "Amina Bâ"
    [event] = db.session.scalars(select(Event).where(Event.verb == Verb.JOINED))
    assert (event.actor, event.object) == (amina.public_id, f"user:{duplicate.id}")


def test_the_name_on_certificates_is_not_changed_by_a_duplicate(
    amina: User, duplicate: User
) -> None:
    amina.certificate_name, duplicate.certificate_name = "Amina Diallo", "Amina Bâ"
    join(duplicate, amina)
    assert amina.certificate_name == "Amina Diallo"


def test_only_an_unconfirmed_account_is_joined_to_a_confirmed_one(
    amina: User, eve: User, duplicate: User
) -> None:
    with pytest.raises(Conflict):
        joining.join(eve, amina)
    with pytest.raises(Conflict):
        joining.join(duplicate, duplicate)
