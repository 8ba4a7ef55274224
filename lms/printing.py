"""Makes the PDFs and badges of certificates that have none yet. The worker calls it; it commits each itself."""

import logging
from datetime import timedelta

from flask import current_app

from lms import files, keyring, letterhead
from lms.database import begin_reading, begin_writing, db
from lms.domain import certification, failures, numbers, wording
from lms.models import Certificate
from lms.render.badge import LIST, BadgeFacts, Issuer
from lms.render.issuing import Order
from lms.render.keys import BadKey
from lms.render.pdf import CertificateFacts
from lms.render.process import NotRendered, RenderProcess

log = logging.getLogger(__name__)

REST = timedelta(minutes=5)
"""Before a page that could not be made is tried again."""
JOB = "certificates"
"""How failures name this work."""
MOST = 50
"""Certificates looked at in one round."""


class Press:
    """Makes what is waiting, in a render process of its own."""

    def __init__(self) -> None:
        self.process = RenderProcess()

    def make_waiting(self) -> int:
        """Make every PDF that is missing; how many were made.

        A crash in between loses nothing: the row still says that the file is missing. Two workers
        may make the same page; the same facts are the same bytes, and so the same file.
        """
        done = 0
        for number, facts in self._waiting():
            try:
                made = self.process.make(Order(facts=facts, keys=keyring.keys()))
            except (NotRendered, BadKey) as error:
                log.exception("certificate %s has no PDF: %s", number, error)
                begin_writing()
                failures.note(JOB, _thing(number), str(error), pause=REST)
                db.session.commit()
                continue
            page, badge = map(files.put, made)
            begin_writing()
            certification.keep_file(number, page, badge)
            failures.settle(JOB, _thing(number))
            db.session.commit()
            done += 1
        return done

    def _waiting(self) -> list[tuple[int, BadgeFacts]]:
        begin_reading()
        resting = [int(thing.rpartition(":")[2]) for thing in failures.resting(JOB) if thing]
        rows = certification.without_file(MOST, besides=resting)
        waiting = [(row.id, badge_of(row)) for row in rows]
        db.session.rollback()
        return waiting


def _thing(number: int) -> str:
    return f"certificate:{number}"


def badge_of(row: Certificate) -> BadgeFacts:
    """What the badge says beside what the page does."""
    public = current_app.config["PUBLIC_URL"]
    part, place = divmod(row.id, LIST)
    return BadgeFacts(
        certificate=facts_of(row),
        issuer=Issuer(did=keyring.did(), name=row.issuer, url=f"{public}/"),
        course_address=f"{public}/{'paths' if row.path_id else 'courses'}/{row.course_slug}",
        criteria=wording.CRITERIA[row.award],
        edition_number=row.edition_number,
        edition_digest=row.edition_digest,
        earned_at=row.earned_at,
        status_list=f"{public}/badges/states/{part}",
        status_index=place,
        achievement="Diploma" if row.path_id else "Course",
    )


def facts_of(row: Certificate) -> CertificateFacts:
    """The plain values that the page is made from."""
    return CertificateFacts(
        number=numbers.show(row.number),
        address=f"{current_app.config['PUBLIC_URL']}/c/{row.number}",
        site_name=letterhead.site_name(),
        logo=letterhead.logo(),
        partner_logo=files.get(row.partner_logo) if row.partner_logo else b"",
        partner_signature=files.get(row.partner_signature) if row.partner_signature else b"",
        holder_name=row.holder_name,
        course_title=row.course_title,
        language=row.language,
        hours=row.hours,
        percent=row.percent,
        title=row.title,
        statement=row.statement,
        signatories=tuple((one["name"], one["role"]) for one in row.signatories),
        partners=tuple(row.partners),
        issuer=row.issuer,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        log_head=row.log_head,
    )
