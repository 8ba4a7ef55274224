"""Files in the store that no row points to: replaced, removed, or left by a request that went wrong.

A file is kept under the digest of its bytes, so that one may be the file of several rows.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from lms import files
from lms.content.questions import QuestionKind
from lms.database import db
from lms.domain import journal
from lms.domain.discarded import POINTERS
from lms.models import Answer

AGE = timedelta(days=1)
"""What was stored within this time may belong to a row that is just being written."""
AT_ONCE = 500


def sweep() -> int:
    """Remove the files that no row points to since a day at least; how many there were."""
    removed = 0
    for digest in orphans_of(files.digests()):
        # asked last: whoever stores the same bytes again makes the file a fresh one
        stored_at = files.stored_at(digest)
        if stored_at is not None and stored_at < journal.now() - AGE:
            files.remove(digest)
            removed += 1
    return removed


def orphans_of(digests: Iterable[str]) -> set[str]:
    """Those of them that no row points to."""
    left: set[str] = set()
    for some in _parts(digests):
        left |= some
        for column in POINTERS:
            left.difference_update(db.session.scalars(select(column).where(column.in_(some))))
    handed_in = select(Answer.response).where(Answer.kind == QuestionKind.UPLOAD)
    for response in db.session.scalars(handed_in.execution_options(yield_per=AT_ONCE)):
        left.difference_update(file["digest"] for file in response)
    return left


def _parts(digests: Iterable[str]) -> Iterator[set[str]]:
    rest = iter(digests)
    while some := set(islice(rest, AT_ONCE)):
        yield some
