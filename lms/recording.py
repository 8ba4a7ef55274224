"""The learning record as the plain values that its pages are made from."""

from flask import current_app

from lms import letterhead
from lms.domain.certification import State
from lms.domain.errors import _
from lms.domain.learning.record import record_of
from lms.models import Award, User
from lms.render import paper
from lms.render.record import CertificateLine, CourseLine, RecordFacts

REMARKS = {
    State.EXPIRED: _("It has run out."),
    State.WITHDRAWN: _("It was withdrawn."),
    State.REVOKED: _("It was revoked."),
    State.SUPERSEDED: _("A newer one took its place."),
}
"""Why a certificate is worth nothing any more."""


def record_facts(me: User, language: str) -> RecordFacts:
    """For the pages."""
    record = record_of(me, language)
    say = paper.translations(paper.spoken(language)).gettext
    return RecordFacts(
        language=language,
        site_name=letterhead.site_name(),
        logo=letterhead.logo(),
        holder_name=record.name,
        made_at=record.made_at,
        hours=record.hours,
        courses=tuple(
            CourseLine(
                title=one.title,
                language=one.language,
                hours=one.hours,
                began_at=one.began_at,
                finished_at=one.finished_at,
                done=one.done,
                required=one.required,
            )
            for one in record.courses
        ),
        certificates=tuple(
            CertificateLine(
                kind=""
                if one.certificate.award is Award.COMPLETION
                else say(one.certificate.title),
                title=one.certificate.course_title,
                language=one.certificate.language,
                percent=one.certificate.percent,
                issued_at=one.certificate.issued_at,
                address=f"{current_app.config['PUBLIC_URL']}/c/{one.certificate.number}",
                remark=say(REMARKS[one.state]) if one.state in REMARKS else "",
            )
            for one in record.certificates
        ),
    )
