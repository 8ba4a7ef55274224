"""The transparency log: what was issued and ended, as a chain that can only grow, and its daily heads."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored
from lms.models.growing import only_grow


class LogKind(StrEnum):
    """What happened to a certificate; part of each entry's hash, never renamed."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class LogEntry(Base):
    """One link of the chain. ``digest``: sha256 of the facts and a secret salt, so it leads to nobody.

    head: sha256 of the head before and all that stands here (domain/transparency.py says how).
    """

    __tablename__ = "log_entry"
    __table_args__ = (Index("ix_log_entry_at", "at", "sequence"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[LogKind] = mapped_column(stored(LogKind))
    digest: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64), unique=True)


class LogDay(Base):
    """The head at the end of a day (in UTC, ``2027-03-01``) on which something was added."""

    __tablename__ = "log_day"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    sequence: Mapped[int] = mapped_column(unique=True)
    head: Mapped[str] = mapped_column(String(64))


for one in (LogEntry, LogDay):
    only_grow(one.__table__, "the transparency log is only ever added to")  # type: ignore[arg-type]
