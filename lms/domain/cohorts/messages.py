"""What a manager writes to all of a cohort: kept as a row, and mailed in the background."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from lms.database import db
from lms.domain import audit, journal, notices, organisations, partners
from lms.domain.cohorts import finding
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, require
from lms.models import (
    Cohort,
    CohortMember,
    CohortMessage,
    MailKind,
    Organisation,
    User,
    Verb,
)

PAGE = 20
BATCH = 100
LONGEST_SUBJECT = 150
LONGEST_TEXT = 5_000
A_DAY = 3
"""Messages to one cohort in 24 hours."""


def write(
    me: User, organisation: Organisation, cohort: Cohort, *, subject: str, text: str
) -> CohortMessage:
    """To everybody who is in it; Invalid for an empty one, a long one, and the fourth in a day."""
    require(me, Action.RUN_COHORTS, organisation)
    subject = partners.clean_line(subject, "subject", LONGEST_SUBJECT)
    text = text.replace("\r\n", "\n").strip()
    if not subject:
        raise Invalid(_("Write what it is about."), field="subject")
    if not text:
        raise Invalid(_("Write the message."), field="text")
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("Use at most %(count)s characters."), count=LONGEST_TEXT, field="text")
    if _written_today(cohort) >= A_DAY:
        raise Invalid(
            _("A cohort gets at most %(count)s messages a day. Write again tomorrow."), count=A_DAY
        )
    message = CohortMessage(
        cohort_id=cohort.id, subject=subject, text=text, at=journal.now(), by=me.public_id
    )
    db.session.add(message)
    db.session.flush()
    changes = {"message": (None, f"message:{message.id}")}
    audit.record(me, Verb.WROTE, f"cohort:{cohort.id}", changes=changes)
    return message


def listed(
    me: User, organisation: Organisation, cohort: Cohort, *, page: int = 1
) -> tuple[Sequence[CohortMessage], bool]:
    """A page of what was written, the newest first, and whether there is more."""
    require(me, Action.SEE_COHORTS, organisation)
    rows = db.session.scalars(
        select(CohortMessage)
        .where(CohortMessage.cohort_id == cohort.id)
        .order_by(CohortMessage.id.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def send_next() -> int:
    """Have the next hundred mails of a message written; how many, 0 when nothing is left."""
    message = db.session.scalar(
        select(CohortMessage)
        .where(CohortMessage.finished_at.is_(None))
        .order_by(CohortMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is None:
        return 0
    cohort = db.session.get_one(Cohort, message.cohort_id)
    organisation = db.session.get_one(Organisation, cohort.organisation_id)
    people = _next_people(message)
    for _place, person in people:
        notices.tell(
            person,
            MailKind.COHORT_MESSAGE,
            subject=message.subject,
            text=message.text,
            cohort=cohort.name,
            organisation=organisations.name_in(organisation, person.language),
            contact=organisation.contact,
        )
    message.sent += len(people)
    if len(people) < BATCH:
        message.finished_at = journal.now()
    else:
        message.sent_to = people[-1][0]
    return max(len(people), 1)


def _next_people(message: CohortMessage) -> Sequence[tuple[int, User]]:
    """Those who were in the cohort when it was written, and still are."""
    rows = db.session.execute(
        select(CohortMember.id, User)
        .join(User, User.id == CohortMember.user_id)
        .where(
            CohortMember.cohort_id == message.cohort_id,
            CohortMember.id > message.sent_to,
            CohortMember.approved_at <= message.at,
            *finding.is_in(),
        )
        .order_by(CohortMember.id)
        .limit(BATCH)
    )
    return [(place, person) for place, person in rows]


def _written_today(cohort: Cohort) -> int:
    recent = CohortMessage.at > journal.now() - timedelta(days=1)
    query = select(func.count()).where(CohortMessage.cohort_id == cohort.id, recent)
    return int(db.session.scalar(query) or 0)
