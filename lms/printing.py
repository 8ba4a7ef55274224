"""Makes the PDFs of certificates that have none yet. The worker calls it; it commits each itself."""

import logging
import time
from collections.abc import Callable

from flask import current_app

from lms import files
from lms.database import begin_reading, begin_writing, db
from lms.domain import certification, numbers
from lms.models import Certificate
from lms.render.pdf import CertificateFacts
from lms.render.process import NotRendered, RenderProcess

log = logging.getLogger(__name__)

REST = 300
"""Seconds before a page that could not be made is tried again."""
MOST = 50
"""Certificates looked at in one round."""


class Press:
    """Makes what is waiting, in a render process of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.process = RenderProcess()
        self._clock = clock
        self._resting: dict[int, float] = {}

    def make_waiting(self) -> int:
        """Make every PDF that is missing; how many were made.

        A crash in between loses nothing: the row still says that the file is missing. Two workers
        may make the same page; the same facts are the same bytes, and so the same file.
        """
        made = 0
        for number, facts in self._waiting():
            try:
                pdf = self.process.make(facts)
            except NotRendered as error:
                log.exception("certificate %s has no PDF: %s", number, error)
                self._resting[number] = self._clock() + REST
                continue
            digest = files.put(pdf)
            begin_writing()
            certification.keep_file(number, digest)
            db.session.commit()
            made += 1
        return made

    def _waiting(self) -> list[tuple[int, CertificateFacts]]:
        now = self._clock()
        self._resting = {number: end for number, end in self._resting.items() if end > now}
        begin_reading()
        rows = certification.without_file(MOST, besides=self._resting)
        waiting = [(row.id, facts_of(row)) for row in rows]
        db.session.rollback()
        return waiting


def facts_of(row: Certificate) -> CertificateFacts:
    """The plain values that the page is made from."""
    return CertificateFacts(
        number=numbers.show(row.number),
        address=f"{current_app.config['PUBLIC_URL']}/c/{row.number}",
        site_name=str(current_app.config["SITE_NAME"]),
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
    )
