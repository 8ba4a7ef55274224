"""What became of the addresses that courses name."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class Verdict(StrEnum):
    """FOUND: there is a page. BROKEN: the site says that there is none. UNCLEAR: anything else that
    is no page. FORBIDDEN: it leads where this server must not look."""

    FOUND = "found"
    BROKEN = "broken"
    UNCLEAR = "unclear"
    FORBIDDEN = "forbidden"


class SourceCheck(Base):
    """An address in some course: what it answered, and when to look again. Derived, never kept.

    verdict and code: None before the first look; code None where there was no answer.
    failures: how often in a row it was not found.
    """

    __tablename__ = "source_check"

    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    look_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    verdict: Mapped[Verdict | None] = mapped_column(stored(Verdict), default=None)
    code: Mapped[int | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
