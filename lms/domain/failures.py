"""What the worker could not do: noted when it fails, gone when it succeeds; the rows outlive a worker."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, delete, select

from lms.database import db
from lms.domain import journal
from lms.models import FailedJob

LONGEST = 500


def note(job: str, thing: str, reason: str, *, pause: timedelta) -> None:
    """It failed, and will be tried again after the pause."""
    now = journal.now()
    row = db.session.scalar(_this(job, thing))
    if row is None:
        row = FailedJob(
            job=job,
            thing=thing,
            reason="",
            tries=0,
            first_at=now,
            last_at=now,
            next_try_at=now,
        )
        db.session.add(row)
    row.reason, row.last_at, row.next_try_at = reason[:LONGEST], now, now + pause
    row.tries += 1
    db.session.flush()


def settle(job: str, thing: str) -> None:
    """It succeeded."""
    db.session.execute(delete(FailedJob).where(FailedJob.job == job, FailedJob.thing == thing))


def resting(job: str) -> Collection[str]:
    """The things of this job that are not to be tried yet."""
    rows = select(FailedJob.thing).where(
        FailedJob.job == job, FailedJob.next_try_at > journal.now()
    )
    return db.session.scalars(rows).all()


def reason_of(error: BaseException) -> str:
    """What to note: databases repeat what they were given, so of those only what went wrong."""
    told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def _this(job: str, thing: str) -> Select[FailedJob]:
    return select(FailedJob).where(FailedJob.job == job, FailedJob.thing == thing)
