"""What is frozen into a certificate: the facts of its day, which nothing that happens later changes."""

import secrets
from datetime import datetime

from lms.content.outline import CourseText
from lms.content.paths import PathText
from lms.domain import journal, numbers, organisations, transparency, wording
from lms.domain.cohorts import branding
from lms.models import Award, Certificate, Course, Edition, Organisation, Path, PathEdition, User

TEMPLATE_VERSION = 1
"""How the certificate looks; a new design is a new number, and old certificates keep theirs."""


def of_course(
    user: User,
    course: Course,
    edition: Edition,
    text: CourseText,
    percent: int | None,
    earned_at: datetime,
    period: int,
) -> Certificate:
    """The facts of today; nothing that happens later changes them."""
    now = journal.now()
    award = Award(text.certificate.award.value) if text.certificate else Award.COMPLETION
    percent = None if award is Award.ATTENDANCE else percent
    words = wording.wording_for(user, text, percent)
    valid = text.certificate.valid if text.certificate else None
    partner = branding.partner_of(user, course)
    return Certificate(
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=user.id,
        course_id=course.id,
        period=period,
        award=award,
        holder_name=user.name_on_certificate,
        course_slug=course.slug,
        course_title=words.course,
        language=words.language,
        hours=wording.shortened(text.hours, 16),
        percent=percent,
        title=words.title,
        statement=words.statement,
        signatories=[
            {"name": name, "role": role}
            for name, role in (*words.signatories, *_signed_by(partner))
        ],
        partners=list(dict.fromkeys([*text.partners, *_named(partner, words.language)])),
        partner_logo=partner.logo if partner else None,
        partner_signature=partner.signature if partner and partner.signatory_name else None,
        issuer=wording.ISSUER,
        edition_number=edition.number,
        edition_digest=edition.digest,
        earned_at=earned_at,
        issued_at=now,
        valid_until=wording.later(now, valid) if valid else None,
        template_version=TEMPLATE_VERSION,
        log_head=transparency.newest_head(),
    )


def of_path(
    user: User, path: Path, edition: PathEdition, text: PathText, hours: str
) -> Certificate:
    """A diploma says what was done and does not run out."""
    now = journal.now()
    said = text.say(user.language)
    return Certificate(
        number=numbers.new(),
        salt=secrets.token_hex(32),
        holder_id=user.id,
        course_id=None,
        path_id=path.id,
        award=Award.DIPLOMA,
        period=1,
        holder_name=user.name_on_certificate,
        course_slug=path.slug,
        course_title=wording.shortened(said.title, 500),
        language=said.language,
        hours=wording.shortened(hours, 16),
        percent=None,
        title=wording.TITLES[Award.DIPLOMA],
        statement=wording.STATEMENTS[Award.DIPLOMA],
        signatories=[],
        partners=[],
        issuer=wording.ISSUER,
        edition_number=edition.number,
        edition_digest=edition.digest,
        earned_at=now,
        issued_at=now,
        valid_until=None,
        template_version=TEMPLATE_VERSION,
        log_head=transparency.newest_head(),
    )


def _named(partner: Organisation | None, language: str) -> list[str]:
    return [organisations.name_in(partner, language)] if partner else []


def _signed_by(partner: Organisation | None) -> list[tuple[str, str]]:
    if partner is None or not partner.signatory_name:
        return []
    return [(partner.signatory_name, partner.signatory_role)]
