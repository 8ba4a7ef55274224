"""Cohorts of partners: where one was in, and who of the partner looked."""

from collections.abc import Iterator

from sqlalchemy import select

from lms.database import db
from lms.domain.belongings.section import PIECE, Plain
from lms.models import Cohort, CohortInvitation, CohortMember, Look, Organisation, User


def cohorts(me: User) -> Iterator[Plain]:
    """Places in cohorts, and what was agreed to there."""
    query = (
        select(CohortMember, Cohort.name, Organisation.name)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(CohortMember.user_id == me.id)
        .order_by(CohortMember.id)
    )
    for row, cohort, organisation in db.session.execute(query):
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
    query = (
        select(CohortInvitation, Cohort.name, Organisation.name)
        .join(Cohort, Cohort.id == CohortInvitation.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(CohortInvitation.email_key == me.email_key)
        .order_by(CohortInvitation.id)
    )
    for row, cohort, organisation in db.session.execute(query):
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
    query = (
        select(Look, Cohort.name, Organisation.name)
        .join(Cohort, Cohort.id == Look.cohort_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(Look.user_id == me.id)
        .order_by(Look.at, Look.id)
    )
    for row, cohort, organisation in db.session.execute(query).yield_per(PIECE):
        yield {
            "what": row.kind,
            "by": row.by,
            "organisation": organisation,
            "cohort": cohort,
            "last": row.at,
            "times that day": row.times,
        }
