"""Cohorts of partners: where one was in, and who of the partner looked."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from lms.database import db
from lms.domain.belongings.section import PIECE, Plain
from lms.models import Cohort, CohortInvitation, CohortMember, Look, Organisation, User


def cohorts(me: User) -> Iterator[Plain]:
    """Places in cohorts, and what was agreed to there."""
    mine = _named(CohortMember).where(CohortMember.user_id == me.id)
    for row, cohort, organisation in db.session.execute(mine.order_by(CohortMember.id)):
        yield {
            "cohort": cohort,
            "organisation": organisation,
            "asked to join": row.joined_at,
            "let in": row.approved_at,
            "agreed that the organisation sees how far I am": row.consent_at,
            "version of that sentence": row.consent_version,
            "withdrew that": row.withdrawn_at,
            "left": row.left_at,
            "reminded": row.reminded_at,
        }


def invitations(me: User) -> Iterator[Plain]:
    """Invitations to the address of today. An unconfirmed one may be somebody else's."""
    if me.confirmed_at is None:
        return
    mine = _named(CohortInvitation).where(CohortInvitation.email_key == me.email_key)
    for row, cohort, organisation in db.session.execute(mine.order_by(CohortInvitation.id)):
        yield {
            "cohort": cohort,
            "organisation": organisation,
            "address": row.email,
            "name": row.name,
            "at": row.at,
            "mailed": row.sent_at,
            "joined": row.accepted_at,
        }


def looks(me: User) -> Iterator[Plain]:
    """Every time that somebody of a partner looked at me; they stand in it by their numbers."""
    mine = _named(Look).where(Look.user_id == me.id).order_by(Look.at, Look.id)
    for row, cohort, organisation in db.session.execute(mine).yield_per(PIECE):
        yield {
            "what": row.kind,
            "by": row.by,
            "organisation": organisation,
            "cohort": cohort,
            "last": row.at,
            "times that day": row.times,
        }


def _named(row: type[CohortMember | CohortInvitation | Look]) -> Select[Any, str, str]:
    """Rows about a cohort, with its name and its organisation's."""
    return (
        select(row, Cohort.name, Organisation.name)
        .join(Cohort, Cohort.id == row.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
    )
