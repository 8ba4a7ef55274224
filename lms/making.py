"""Makes the files that people asked for (domain/downloads.py). The worker calls it; it commits each step itself."""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from flask import current_app

from lms import files
from lms.database import begin_reading, begin_writing, db
from lms.domain import downloads, failures
from lms.domain.cohorts import taking
from lms.models import Cohort, DownloadKind, User
from lms.packing import pack
from lms.recording import record_facts
from lms.render.process import NotRendered, RenderProcess
from lms.reporting import report_facts

log = logging.getLogger(__name__)

JOB = "downloads"
"""How failures name this work."""
REST = timedelta(minutes=10)
"""As long as a claim holds: then it is tried again."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, as plain values: the row may go while the file is being made."""

    number: int
    kind: DownloadKind
    person: int
    subject: str
    language: str

    @property
    def cohort(self) -> int:
        """The number of the cohort that it is about."""
        return int(self.subject.rpartition(":")[2])

    def advance(self, done: int, total: int) -> None:
        """Tell who waits how far it is; what was being read is over."""
        begin_writing()
        downloads.advance(self.number, done, total)
        db.session.commit()
        begin_reading()


class Maker:
    """Makes what waits, pages in a render process of its own."""

    def __init__(self) -> None:
        self.process = RenderProcess()

    def make_waiting(self) -> int:
        """All that waits, one after the other; how many were made."""
        made = 0
        while (order := _claim()) is not None:
            try:
                self._make(order)
                made += 1
            except NotRendered as error:
                log.exception("download %s was not made: %s", order.number, error)
                begin_writing()
                failures.note(JOB, _thing(order), str(error), pause=REST)
                db.session.commit()
        return made

    def _make(self, order: Order) -> None:
        with tempfile.TemporaryFile() as file:
            begin_reading()
            FILLS[order.kind](self.process, order, file)
            db.session.rollback()
            size = file.seek(0, os.SEEK_END)
            digest = files.put_file(file)
        days = int(current_app.config["EXPORT_DAYS"])
        begin_writing()
        downloads.finish(order.number, digest=digest, size=size, days=days)
        failures.settle(JOB, _thing(order))
        db.session.commit()


def _claim() -> Order | None:
    begin_writing()
    row = downloads.claim_next()
    order = None
    if row is not None:
        order = Order(row.id, row.kind, row.user_id, row.subject, row.language)
    db.session.commit()
    return order


def _thing(order: Order) -> str:
    return f"download:{order.number}"


# --- what is in them ----------------------------------------------------------------------------


def _record(process: RenderProcess, order: Order, file: IO[bytes]) -> None:
    me = db.session.get(User, order.person)
    if me is not None:  # else nobody will fetch it, and the row went, too
        facts = record_facts(me, order.language)
        db.session.rollback()
        file.write(process.make(facts))


def _certificates(_process: RenderProcess, order: Order, file: IO[bytes]) -> None:
    cohort = db.session.get_one(Cohort, order.cohort)
    pack(cohort.id, taking.count(cohort), file, order.advance)


def _report(process: RenderProcess, order: Order, file: IO[bytes]) -> None:
    facts = report_facts(order.cohort, order.language)
    db.session.rollback()
    file.write(process.make(facts))


FILLS: Mapping[DownloadKind, Callable[[RenderProcess, Order, IO[bytes]], None]] = {
    DownloadKind.RECORD: _record,
    DownloadKind.CERTIFICATES: _certificates,
    DownloadKind.REPORT: _report,
}
"""How each kind is filled."""
