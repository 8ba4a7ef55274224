"""What a partner answers to people who ask to join, and whom it sends away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.database import db
from lms.domain import audit, journal, looks, mail, organisations
from lms.domain.cohorts import finding, joining
from lms.domain.errors import Conflict, Missing, _
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortMember,
    LookKind,
    MailKind,
    Organisation,
    User,
    Verb,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and since when."""

    member: CohortMember
    person: User


def asking(
    me: User, organisation: Organisation, cohort: Cohort, *, page: int = 1
) -> tuple[Sequence[Asking], bool]:
    """A page of them, who waits longest first; whether there are more. It stands in their logs.

    Commit before showing it.
    """
    require(me, Action.RUN_COHORTS, organisation)
    rows = db.session.execute(
        select(CohortMember, User)
        .join(User, User.id == CohortMember.user_id)
        .where(
            CohortMember.cohort_id == cohort.id,
            *finding.is_asking(),
            CohortMember.withdrawn_at.is_(None),
        )
        .order_by(CohortMember.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    )
    found = [Asking(*row) for row in rows]
    looks.record(me, cohort, [one.person.id for one in found[:PAGE]], LookKind.REQUEST)
    return found[:PAGE], len(found) > PAGE


def admit(me: User, organisation: Organisation, cohort: Cohort, public_id: str) -> None:
    """Let somebody in who asks; twice changes nothing. Conflict when all seats are taken."""
    require(me, Action.RUN_COHORTS, organisation)
    db.session.get(Cohort, cohort.id, with_for_update=True)
    one = _find(cohort, public_id)
    if one.member.approved_at is not None:
        return
    if cohort.seats is not None and finding.counts(cohort)["members"] >= cohort.seats:
        raise Conflict(_("All seats are taken. Give the cohort more of them first."))
    joining.let_in(one.person, cohort, one.member, by=me.public_id)
    audit.record(
        me,
        Verb.ADMITTED,
        f"cohort:{cohort.id}",
        person=one.person,
        changes={"in it": (False, True)},
    )
    _tell(organisation, cohort, one.person, admitted=True)


def send_away(me: User, organisation: Organisation, cohort: Cohort, public_id: str) -> None:
    """Refuse who asks, or end somebody's place. Joining again needs a yes from then on."""
    require(me, Action.RUN_COHORTS, organisation)
    one = _find(cohort, public_id)
    was_in = one.member.approved_at is not None
    one.member.left_at, one.member.approved_at = journal.now(), None
    joining.unsee(cohort)
    verb = Verb.REMOVED if was_in else Verb.DECLINED
    changes = {"in it": (was_in, False)}
    audit.record(me, verb, f"cohort:{cohort.id}", person=one.person, changes=changes)
    _tell(organisation, cohort, one.person, admitted=False)


def find_person(me: User, organisation: Organisation, cohort: Cohort, public_id: str) -> Asking:
    """Somebody of the cohort who agrees to be seen, or who asks to join; else Missing."""
    require(me, Action.RUN_COHORTS, organisation)
    return _find(cohort, public_id)


def _find(cohort: Cohort, public_id: str) -> Asking:
    row = db.session.execute(
        select(CohortMember, User)
        .join(User, User.id == CohortMember.user_id)
        .where(
            CohortMember.cohort_id == cohort.id,
            User.public_id == public_id,
            CohortMember.left_at.is_(None),
            CohortMember.withdrawn_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise Missing(_("There is no such person in this cohort."))
    return Asking(*row)


def _tell(organisation: Organisation, cohort: Cohort, person: User, *, admitted: bool) -> None:
    mail.enqueue(
        MailKind.ADMISSION,
        to=person.email,
        language=person.language,
        name=person.name,
        cohort=cohort.name,
        organisation=organisations.name_in(organisation, person.language),
        admitted=admitted,
        path=f"join/{cohort.code}",
    )
