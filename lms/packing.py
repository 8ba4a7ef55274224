"""All certificates of a cohort in one ZIP file. It takes the same memory however many there are."""

import re
from collections.abc import Callable
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from lms import files
from lms.database import begin_reading
from lms.domain.cohorts import taking
from lms.models import Certificate

AT_ONCE = 100
"""Rows in memory at a time, and files between two words about how far it is."""
FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
"""Signs that some system takes in no file name, and those that would turn it round."""
LONGEST = 80
"""Signs of a name in a name of a file."""


def pack(cohort_id: int, total: int, file: IO[bytes], advance: Callable[[int, int], None]) -> None:
    """Every PDF that is made, and a list of those that are not; ``advance`` is told how far it is."""
    missing: list[str] = []
    last, done = 0, 0
    with ZipFile(file, "w", ZIP_STORED) as archive:  # PDFs are squeezed already
        while True:
            advance(done, max(total, done))
            rows = taking.next_certificates(cohort_id, last, AT_ONCE)
            if not rows:
                break
            missing += [row.number for row in rows if not _add(archive, row)]
            last, done = rows[-1].id, done + len(rows)
        if missing:
            archive.writestr("MISSING.txt", "\r\n".join(missing) + "\r\n")
        begin_reading()


def name_of(row: Certificate) -> str:
    """``Amina Diallo 7K3M9QXF2WTD.pdf``"""
    name = FORBIDDEN.sub(" ", row.holder_name)[:LONGEST].strip(" .")
    return f"{name} {row.number}.pdf".strip()


def _add(archive: ZipFile, row: Certificate) -> bool:
    """Whether there is a file."""
    if row.pdf_digest is None:
        return False
    try:
        pieces = files.pieces(row.pdf_digest)
    except FileNotFoundError:
        return False
    with archive.open(name_of(row), "w", force_zip64=True) as entry:
        entry.writelines(pieces)
    return True
