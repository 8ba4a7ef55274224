"""What people with a role, and commands, did to others: a log that is only ever added to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored
from lms.models.growing import only_grow
from lms.models.records import Verb


class AuditEntry(Base):
    """One deed. ``actor`` and ``person`` are public ids (or "system"): they stay when people go.

    thing: what it was done to, such as ``certificate:7``; person: whom it concerns, if anybody.
    changes: name → [before, after]; never a password, an answer, or an address of somebody.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_actor", "actor", "at"),
        Index("ix_audit_person", "person", "at"),
        Index("ix_audit_verb", "verb", "at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))
    verb: Mapped[Verb] = mapped_column(stored(Verb))
    thing: Mapped[str] = mapped_column(String(100))
    person: Mapped[str | None] = mapped_column(String(32), default=None)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), default=None)
    changes: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


only_grow(AuditEntry.__table__, "the audit log is only ever added to")  # type: ignore[arg-type]
