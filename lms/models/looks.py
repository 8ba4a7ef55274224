"""What partners looked at, for the log of the person whom it concerns."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class LookKind(StrEnum):
    """What was looked at, or taken along."""

    REQUEST = "request"
    DESK = "desk"
    TABLE = "table"
    CERTIFICATE = "certificate"
    CERTIFICATES = "certificates"
    REPORT = "report"


class Look(Base):
    """That somebody of a partner looked at a person, so many times on a day (in UTC, ISO).

    by: the public id of who looked, so that the line stays when their account goes.
    """

    __tablename__ = "look"
    __table_args__ = (
        UniqueConstraint("user_id", "day", "cohort_id", "by", "kind"),
        Index("ix_look_user_id_at", "user_id", "at"),
        Index("ix_look_at", "at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    by: Mapped[str] = mapped_column(String(32))
    kind: Mapped[LookKind] = mapped_column(stored(LookKind))
    day: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
