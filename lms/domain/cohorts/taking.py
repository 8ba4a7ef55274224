"""What partners take along: certificates as one file or as a table, and a report without names.

Only of people who agree to be seen now, and each of them reads in their log that it was taken.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select

from lms.database import db
from lms.domain import audit, downloads, looks
from lms.domain.cohorts.finding import is_seen
from lms.domain.permissions import Action, require
from lms.models import (
    Certificate,
    Cohort,
    CohortCourse,
    CohortMember,
    Download,
    DownloadKind,
    LookKind,
    Organisation,
    Revocation,
    User,
    Verb,
)


def subject(cohort: Cohort) -> str:
    """How a download names it."""
    return f"cohort:{cohort.id}"


def count(cohort: Cohort) -> int:
    """How many certificates there are to take along."""
    number = _certificates(select(func.count(Certificate.id)), cohort.id)
    return db.session.scalar(number) or 0


def ask_for_certificates(
    me: User, organisation: Organisation, cohort: Cohort, language: str
) -> Download:
    """Have all of them packed into one file; the deed stands in the audit log."""
    require(me, Action.SEE_COHORTS, organisation)
    audit.record(me, Verb.TOOK_ALONG, subject(cohort), changes={"count": (None, count(cohort))})
    return downloads.ask(me, DownloadKind.CERTIFICATES, language, subject=subject(cohort))


def ask_for_report(me: User, organisation: Organisation, cohort: Cohort, language: str) -> Download:
    """Have the report made: it holds numbers, and nobody's name."""
    require(me, Action.SEE_COHORTS, organisation)
    return downloads.ask(me, DownloadKind.REPORT, language, subject=subject(cohort))


def found(
    me: User, organisation: Organisation, cohort: Cohort, kind: DownloadKind
) -> Download | None:
    """What I asked for."""
    require(me, Action.SEE_COHORTS, organisation)
    return downloads.find(me, kind, subject=subject(cohort))


def take_report(me: User, organisation: Organisation, cohort: Cohort, number: int) -> Download:
    """The report, if it is ready."""
    require(me, Action.SEE_COHORTS, organisation)
    return downloads.ready(me, DownloadKind.REPORT, number, subject=subject(cohort))


def take_certificates(
    me: User, organisation: Organisation, cohort: Cohort, number: int
) -> Download:
    """The packed certificates, if they are ready; commit before sending them.

    Who takes their consent back, takes the file away (joining.unsee): so all in it agree today.
    """
    require(me, Action.SEE_COHORTS, organisation)
    file = downloads.ready(me, DownloadKind.CERTIFICATES, number, subject=subject(cohort))
    whose = _certificates(select(Certificate.holder_id), cohort.id)
    whose = whose.where(Certificate.issued_at <= file.ready_at)
    looks.record(me, cohort, filter(None, db.session.scalars(whose)), LookKind.CERTIFICATES)
    return file


def table(me: User, organisation: Organisation, cohort: Cohort) -> Sequence[Certificate]:
    """All of them, by name; commit before sending them."""
    require(me, Action.SEE_COHORTS, organisation)
    query = _certificates(select(Certificate), cohort.id)
    rows = db.session.scalars(query.order_by(Certificate.holder_name, Certificate.id)).all()
    looks.record(me, cohort, (row.holder_id for row in rows if row.holder_id), LookKind.TABLE)
    return rows


def next_certificates(cohort_id: int, after: int, most: int) -> Sequence[Certificate]:
    """Some of them, above this id, in the order of their ids. For who packs them."""
    query = _certificates(select(Certificate), cohort_id).where(Certificate.id > after)
    return db.session.scalars(query.order_by(Certificate.id).limit(most)).all()


def _certificates(query: Select[Any], cohort_id: int) -> Select[Any]:
    """Of who agrees to be seen, in the courses that the cohort takes, unless they were withdrawn."""
    taken = and_(
        CohortCourse.cohort_id == CohortMember.cohort_id,
        CohortCourse.course_id == Certificate.course_id,
    )
    gone = select(Revocation.certificate_id).where(Revocation.certificate_id == Certificate.id)
    return (
        query.select_from(CohortMember)
        .join(Certificate, Certificate.holder_id == CohortMember.user_id)
        .join(CohortCourse, taken)
        .where(CohortMember.cohort_id == cohort_id, *is_seen(), ~gone.exists())
    )
