"""Joining a cohort, leaving it, and taking the consent back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import organisations, partners
from lms.domain.cohorts import finding, inviting, joining, lists, running
from lms.domain.cohorts.running import Terms
from lms.domain.errors import Conflict, Denied, Missing
from lms.models import CohortInvitation, CohortMember, Course, Enrolment, Event, User
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import Clock, person


def test_joining_enrols_and_joining_twice_changes_nothing(
    lin: User, amina: User, small: Course
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    assert joining.find_by_code(f" {cohort.code.lower()} ") == (cohort, water)
    assert joining.place_of(amina, cohort, water) is None
    first = joined(amina, cohort, water)
    assert joined(amina, cohort, water) is first
    place = joining.find_place(amina, cohort.id)
    assert (place.is_in, place.is_seen, place.is_asking) == (True, True, False)
    assert db.session.scalars(select(Enrolment.course_id)).all() == [small.id]
    assert finding.counts(cohort) == {"members": 1, "seen": 1, "asking": 0}
    assert partners.whereabouts(amina) == (True, False, False)
    assert partners.whereabouts(lin) == (False, True, False)
    events = db.session.scalars(select(Event).where(Event.verb == "entered")).all()
    assert [(one.actor, one.details) for one in events] == [(amina.public_id, {"consent": 1})]


def test_consent_taken_back_counts_at_once_and_can_be_given_again(
    lin: User, amina: User, small: Course, clock: Clock
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    member = joined(amina, cohort, water)
    place = joining.find_place(amina, cohort.id)
    clock.forward(hours=1)
    for _turn in range(2):
        joining.withdraw(amina, place)
    db.session.flush()
    assert (place.is_in, place.is_seen) == (True, False)
    assert finding.counts(cohort) == {"members": 1, "seen": 0, "asking": 0}
    clock.forward(hours=1)
    for _turn in range(2):
        joining.agree(amina, place)
    assert (member.withdrawn_at, member.consent_at) == (None, clock.moment)
    assert place.is_seen


def test_who_left_can_come_back_and_has_to_agree_anew(
    lin: User, amina: User, small: Course, clock: Clock
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    member = joined(amina, cohort, water)
    place = joining.find_place(amina, cohort.id)
    joining.withdraw(amina, place)
    joining.leave(amina, place)
    db.session.flush()
    assert joining.places_of(amina) == []
    assert joining.place_of(amina, cohort, water) is None
    assert finding.counts(cohort)["members"] == 0
    clock.forward(days=1)
    assert joined(amina, cohort, water) is member
    assert (member.joined_at, member.withdrawn_at, member.left_at) == (clock.moment, None, None)


def test_nobody_joins_too_late_or_beyond_the_last_seat(
    lin: User, amina: User, small: Course, clock: Clock
) -> None:
    water = partner_of(lin)
    closes = clock.moment + timedelta(days=1)
    cohort = cohort_of(lin, water, "small", seats=1, closes_at=closes)
    assert joining.why_not(cohort) == ""
    joined(amina, cohort, water)
    zoe = person("Zoe")
    with pytest.raises(Conflict, match="seats"):
        joining.join(zoe, cohort, water)
    running.change(lin, water, cohort, Terms(name="R", language="en", seats=2, closes_at=closes))
    clock.moment = closes
    with pytest.raises(Conflict, match="time"):
        joining.join(zoe, cohort, water)
    assert db.session.scalars(select(CohortMember.user_id)).all() == [amina.id]


def test_who_was_invited_needs_no_yes(lin: User, amina: User, small: Course) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small", needs_approval=True)
    made = inviting.keep_list(lin, water, cohort, lists.parse("AMINA@ngo.example"))
    inviting.start_list(lin, water, cohort, made.id)
    inviting.take_next()
    zoe = person("Zoe")
    assert joined(amina, cohort, water).approved_at is not None
    assert joined(zoe, cohort, water).approved_at is None
    assert db.session.scalars(select(CohortInvitation.accepted_at)).one() is not None
    assert joining.find_place(zoe, cohort.id).is_asking


def test_only_confirmed_people_join_and_only_cohorts_of_partners(
    lin: User, ada: User, amina: User, small: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    water = partner_of(lin)
    cohort = cohort_of(lin, water, "small")
    with pytest.raises(Denied, match="Confirm"):
        joining.join(person("Zoe", confirmed=False), cohort, water)
    for code in ("", "XXXX"):
        with pytest.raises(Missing):
            joining.find_by_code(code)
    with pytest.raises(Missing):
        joining.find_place(amina, cohort.id)
    joined(amina, cohort, water)
    monkeypatch.setattr(joining, "_member", lambda *_who: None)  # as it was a moment ago
    with pytest.raises(Conflict):
        joining.join(amina, cohort, water)
    organisations.change(ada, water, name="Water", names={}, is_partner=False)
    db.session.flush()
    with pytest.raises(Missing):
        joining.find_by_code(cohort.code)
