"""Reminding who is stuck: by a mail that they may switch off, and not more than one in some days."""

from datetime import timedelta

from sqlalchemy import exists, or_

from lms.database import db
from lms.domain import audit, journal, notices, organisations
from lms.domain.cohorts import desk
from lms.domain.cohorts.desk import Taken
from lms.domain.permissions import Action, Actor, require
from lms.models import Cohort, CohortMember, MailKind, MailRefusal, Organisation, User, Verb

AGAIN = timedelta(days=7)
"""Nobody is reminded more often by one cohort."""
MOST = 500
"""Mails that are written in one go; who wants to remind more, asks again."""


def remind(actor: Actor, organisation: Organisation, cohort: Cohort, taken: Taken) -> int:
    """Remind everybody who is stuck in this course and may be reminded; how many that were."""
    require(actor, Action.SEE_COHORTS, organisation)
    now = journal.now()
    refused = exists().where(
        MailRefusal.user_id == User.id, MailRefusal.kind == MailKind.COHORT_REMINDER
    )
    rows = db.session.execute(
        desk.stuck_people(cohort, taken.course)
        .where(
            or_(CohortMember.reminded_at.is_(None), CohortMember.reminded_at <= now - AGAIN),
            User.confirmed_at.is_not(None),
            ~refused,
        )
        .order_by(CohortMember.id)
        .limit(MOST)
    ).all()
    for member, person in rows:
        member.reminded_at = now
        notices.tell(
            person,
            MailKind.COHORT_REMINDER,
            course=taken.text.say(person.language).title,
            cohort=cohort.name,
            organisation=organisations.name_in(organisation, person.language),
            path=f"courses/{taken.course.slug}/",
        )
    if rows:
        audit.record(
            actor,
            Verb.REMINDED,
            f"cohort:{cohort.id}",
            course_id=taken.course.id,
            changes={"reminded": (None, len(rows))},
        )
    return len(rows)
