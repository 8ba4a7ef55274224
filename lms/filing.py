"""Brings the file store up to date with the rows: deletions that it must know, files that may go.

The worker calls it; it commits each step itself. A crash in between loses nothing: the rows still
say what is to be done.
"""

from lms import files
from lms.database import begin_reading, begin_writing, db
from lms.domain import discarded, journal, privacy

MOST = 50
"""Looked at in one round."""


def file_deletions() -> int:
    """Let the store know who left; how many there were."""
    begin_reading()
    unfiled = privacy.unfiled(MOST)
    db.session.rollback()
    for deleted in unfiled:
        privacy.file(deleted)
        begin_writing()
        privacy.mark_filed(deleted)
        db.session.commit()
    return len(unfiled)


def remove_discarded() -> int:
    """Remove files that nobody has any more; how many were looked at."""
    begin_reading()
    waiting = discarded.waiting(MOST)
    for digest in waiting:
        later = _is_fresh(digest)
        if not later:
            _remove(digest)
        begin_writing()
        discarded.settle(digest, later=later)
        db.session.commit()
    return len(waiting)


def _is_fresh(digest: str) -> bool:
    """Whether somebody may just be about to point to it."""
    stored_at = files.stored_at(digest)
    return stored_at is not None and stored_at > journal.now() - discarded.FRESH


def _remove(digest: str) -> None:
    begin_reading()
    if not discarded.is_needed(digest):
        files.remove(digest)
