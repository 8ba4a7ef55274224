"""The ZIP file of a cohort's certificates: CPU, and memory, which must not grow with their number."""

import tempfile
import time
import tracemalloc

from sqlalchemy import text

import config
from lms import create_app, files
from lms.database import begin_reading, begin_writing, db
from lms.domain.cohorts import taking
from lms.models import Cohort
from lms.packing import pack
from tools.bench.cohort import LARGER
from tools.bench.crowd import Installation

SIZE = 60_000
"""Bytes of a certificate."""


def tell(installation: Installation) -> None:
    """Pack a cohort of ten thousand, and a larger one."""
    app = create_app(config.from_environment(installation.environment(8000)))
    with app.app_context():
        begin_writing()
        where = {"digest": files.put(bytes(SIZE))}
        db.session.execute(text("UPDATE certificate SET pdf_digest = :digest"), where)
        db.session.commit()
        for cohort_id in (1, LARGER):
            begin_reading()
            number = taking.count(db.session.get_one(Cohort, cohort_id))
            spent = _packed(cohort_id, number)
            tracemalloc.start()
            _packed(cohort_id, number)
            peak = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            print(f"ZIP of {number:,} certificates: {spent:.2f} s CPU, {peak:.1f} MiB at most")
        db.session.remove()


def _packed(cohort_id: int, number: int) -> float:
    """Seconds of CPU."""
    began = time.process_time()
    with tempfile.TemporaryFile() as file:
        pack(cohort_id, number, file, lambda _done, _total: None)
    return time.process_time() - began
