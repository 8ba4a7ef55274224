"""Joining a cohort, leaving it, and what its partner may see meanwhile.

Joining says in one sentence what the partner will see. Who takes that back stays in the cohort, and
is on no page of the partner from that moment on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from lms.database import add_once, db
from lms.domain import downloads, journal
from lms.domain.cohorts import finding
from lms.domain.errors import Conflict, Denied, Missing, _
from lms.domain.learning import completion, standings
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortInvitation,
    CohortMember,
    DownloadKind,
    Organisation,
    User,
    Verb,
)

CONSENT = 1
"""The version of the sentence that is shown at joining: raise it when the partner sees more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is, or asks to be."""

    member: CohortMember
    cohort: Cohort
    organisation: Organisation

    @property
    def is_in(self) -> bool:
        """Let in, and not left."""
        return self.member.approved_at is not None and self.member.left_at is None

    @property
    def is_asking(self) -> bool:
        """The partner has not answered yet."""
        return self.member.approved_at is None and self.member.left_at is None

    @property
    def is_seen(self) -> bool:
        """The partner sees how far the person is."""
        return self.is_in and self.member.withdrawn_at is None


# --- looking up ---------------------------------------------------------------------------------


def find_by_code(code: str) -> tuple[Cohort, Organisation]:
    """What the invitation is to: of a partner, else Missing."""
    row = db.session.execute(
        select(Cohort, Organisation)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(Cohort.code == code.strip().upper(), Organisation.partner_since.is_not(None))
    ).one_or_none()
    if row is None:
        raise Missing(_("There is no cohort with this code. Compare it with the invitation."))
    return row[0], row[1]


def place_of(me: User, cohort: Cohort, organisation: Organisation) -> Place | None:
    """Mine in this cohort, unless there is none or I have left it."""
    member = _member(me, cohort)
    return Place(member, cohort, organisation) if member and member.left_at is None else None


def places_of(me: User) -> Sequence[Place]:
    """All that I am in or ask to be in, the newest first."""
    rows = db.session.execute(
        select(CohortMember, Cohort, Organisation)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(CohortMember.user_id == me.id, CohortMember.left_at.is_(None))
        .order_by(CohortMember.id.desc())
    )
    return [Place(*row) for row in rows]


def find_place(me: User, cohort_id: int) -> Place:
    """One of them, or Missing."""
    for place in places_of(me):
        if place.cohort.id == cohort_id:
            return place
    raise Missing(_("You are not in this cohort."))


def why_not(cohort: Cohort) -> str:
    """Why nobody can join now; "" when somebody can."""
    if cohort.closes_at is not None and journal.now() >= cohort.closes_at:
        return _("Nobody can join any more: the time for that is over.")
    if cohort.seats is not None and finding.counts(cohort)["members"] >= cohort.seats:
        return _("Nobody can join any more: all seats are taken.")
    return ""


# --- the person's own deeds ---------------------------------------------------------------------


def join(me: User, cohort: Cohort, organisation: Organisation) -> Place:
    """In, or asking to be; doing it twice changes nothing. It is the consent, too.

    Who was invited by mail is let in at once. Who was refused or removed needs the partner's yes.
    """
    require(me, Action.LEARN)
    if me.confirmed_at is None:
        raise Denied(_("Confirm your e-mail address first."))
    db.session.get(Cohort, cohort.id, with_for_update=True)  # the last seat has one taker
    member = _member(me, cohort)
    if member is not None and member.left_at is None:
        return Place(member, cohort, organisation)
    if reason := why_not(cohort):
        raise Conflict(reason)
    was_sent_away = member is not None and member.approved_at is None
    is_free = not was_sent_away and (not cohort.needs_approval or _is_invited(me, cohort))
    member = _enter(me, cohort, member)
    journal.record(me, Verb.ENTERED, _thing(cohort), consent=CONSENT)
    if is_free:
        let_in(me, cohort, member)
    return Place(member, cohort, organisation)


def leave(me: User, place: Place) -> None:
    """No more in it; may join again."""
    require(me, Action.CHANGE_ACCOUNT, me)
    place.member.left_at = journal.now()
    unsee(place.cohort)
    journal.record(me, Verb.LEFT, _thing(place.cohort))


def withdraw(me: User, place: Place) -> None:
    """The partner sees nothing of me from now on; twice changes nothing."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if place.member.withdrawn_at is None:
        place.member.withdrawn_at = journal.now()
        unsee(place.cohort)
        journal.record(me, Verb.DISAGREED, _thing(place.cohort))


def agree(me: User, place: Place) -> None:
    """The partner sees it again; twice changes nothing."""
    require(me, Action.CHANGE_ACCOUNT, me)
    if place.member.withdrawn_at is not None:
        place.member.withdrawn_at, place.member.consent_at = None, journal.now()
        place.member.consent_version = CONSENT
        journal.record(me, Verb.AGREED, _thing(place.cohort), consent=CONSENT)


# --- what the partner's deeds use, too ----------------------------------------------------------


def let_in(person: User, cohort: Cohort, member: CohortMember, *, by: str | None = None) -> None:
    """The person is in the cohort and its courses; ``by``: the public id of who said so."""
    member.approved_at, member.approved_by = journal.now(), by
    db.session.execute(
        update(CohortInvitation)
        .where(
            CohortInvitation.cohort_id == cohort.id,
            CohortInvitation.email_key == person.email_key,
            CohortInvitation.accepted_at.is_(None),
        )
        .values(accepted_at=journal.now())
    )
    courses = [course for _taken, course in finding.courses_of(cohort)]
    for course in courses:
        completion.enrol(person, course)
    standings.follow(cohort)
    standings.count(person, courses)


def unsee(cohort: Cohort) -> None:
    """Somebody is not to be seen any more: files that were made for the partner may name them."""
    downloads.forget(DownloadKind.CERTIFICATES, _thing(cohort))


def _enter(me: User, cohort: Cohort, member: CohortMember | None) -> CohortMember:
    now = journal.now()
    if member is not None:
        member.joined_at, member.consent_at, member.consent_version = now, now, CONSENT
        member.withdrawn_at = member.approved_at = member.left_at = None
        return member
    member = CohortMember(
        cohort_id=cohort.id,
        user_id=me.id,
        joined_at=now,
        consent_at=now,
        consent_version=CONSENT,
    )
    if not add_once(member):
        raise Conflict(_("Somebody else changed this at the same moment. Look again."))
    return member


def _is_invited(me: User, cohort: Cohort) -> bool:
    mine = select(func.count()).where(
        CohortInvitation.cohort_id == cohort.id, CohortInvitation.email_key == me.email_key
    )
    return bool(db.session.scalar(mine))


def _member(me: User, cohort: Cohort) -> CohortMember | None:
    return db.session.scalar(
        select(CohortMember).where(
            CohortMember.cohort_id == cohort.id, CohortMember.user_id == me.id
        )
    )


def _thing(cohort: Cohort) -> str:
    return f"cohort:{cohort.id}"
