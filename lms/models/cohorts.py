"""Cohorts: a partner's group, who is in it, who was invited, what is written to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base

NOT_DONE = text("finished_at IS NULL")


class Cohort(Base):
    """A partner's group that takes courses together. code: what stands in ``/join/CODE``.

    language: in which the partner writes to it. seats: how many may be in it; None for any number.
    closes_at: the first moment at which nobody can join any more; None for never.
    """

    __tablename__ = "cohort"
    __table_args__ = (Index("ix_cohort_organisation_id", "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    needs_approval: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)


class CohortCourse(Base):
    """A course that a cohort takes, from the first moment of a day to the last of another.

    ends_at: the first moment after it; lessons without a deadline of their own are due until then.
    """

    __tablename__ = "cohort_course"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    position: Mapped[int]
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None, index=True)


class CohortDeadline(Base):
    """Until when a cohort should have done a lesson: this wins over what the course says."""

    __tablename__ = "cohort_deadline"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


class CohortMember(Base):
    """A person in a cohort, or one who asks to be (approved_at is None).

    consent_at: when the person agreed that the partner sees how far they are, and to which version
    of the sentence; withdrawn_at: when they took that back. left_at: they are in it no more, by their
    own will or the partner's. reminded_at: when the partner last reminded them.
    """

    __tablename__ = "cohort_member"
    __table_args__ = (
        UniqueConstraint("cohort_id", "user_id"),
        Index(
            "ix_cohort_member_seen",
            "cohort_id",
            "user_id",
            sqlite_where=text(
                "approved_at IS NOT NULL AND left_at IS NULL AND withdrawn_at IS NULL"
            ),
            postgresql_where=text(
                "approved_at IS NOT NULL AND left_at IS NULL AND withdrawn_at IS NULL"
            ),
        ),
        Index(
            "ix_cohort_member_asking",
            "cohort_id",
            "id",
            sqlite_where=text("approved_at IS NULL AND left_at IS NULL"),
            postgresql_where=text("approved_at IS NULL AND left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    joined_at: Mapped[datetime]
    consent_at: Mapped[datetime]
    consent_version: Mapped[int]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_by: Mapped[str | None] = mapped_column(String(32), default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)


class InvitationList(Base):
    """Addresses that were handed in: checked, and invited in the background once somebody said so.

    rows: ``[[address, name, language], …]``, emptied when all are invited; problems: ``[{"line": 3,
    "text": "…", "sentence": "…", "values": {…}}, …]``. done, total: rows, while they are invited.
    """

    __tablename__ = "invitation_list"
    __table_args__ = (
        Index(
            "ix_invitation_list_waiting",
            "started_at",
            sqlite_where=NOT_DONE,
            postgresql_where=NOT_DONE,
        ),
        Index("ix_invitation_list_at", "at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    rows: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class CohortInvitation(Base):
    """An address that was invited to a cohort. sent_at: when the mail was written; None: it waits."""

    __tablename__ = "cohort_invitation"
    __table_args__ = (
        UniqueConstraint("cohort_id", "email_key"),
        Index("ix_cohort_invitation_cohort_id_id", "cohort_id", "id"),
        Index("ix_cohort_invitation_email_key_sent_at", "email_key", "sent_at"),
        Index("ix_cohort_invitation_organisation_id_sent_at", "organisation_id", "sent_at"),
        Index(
            "ix_cohort_invitation_waiting",
            "not_before",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_cohort_invitation_at", "at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)


class RefusedAddress(Base):
    """The sha256 of an address (as compared) whose owner wants no invitations from anybody."""

    __tablename__ = "refused_address"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class CohortMessage(Base):
    """What a manager wrote to all of a cohort. sent_to: the member up to whom it was mailed."""

    __tablename__ = "cohort_message"
    __table_args__ = (
        Index("ix_cohort_message_cohort_id", "cohort_id", "id"),
        Index("ix_cohort_message_waiting", "id", sqlite_where=NOT_DONE, postgresql_where=NOT_DONE),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    sent_to: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
