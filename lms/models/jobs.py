"""What the worker tried and could not do, until it can."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base


class FailedJob(Base):
    """A job, or one piece of its work, that failed; the row goes when it succeeds.

    job: its name in lms/jobs.py. thing: the piece, such as ``certificate:7``; "" for the whole job.
    """

    __tablename__ = "failed_job"
    __table_args__ = (
        UniqueConstraint("job", "thing"),
        Index("ix_failed_job_next_try_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    job: Mapped[str] = mapped_column(String(32))
    thing: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))
    tries: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
