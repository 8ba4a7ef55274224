"""The journal of events, and the outbox of mail."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class Verb(StrEnum):
    """What happened (ADL verbs where there is one); stored, never renamed."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    RESET_PASSWORD = "reset-password"  # noqa: S105 (a verb)
    CHANGED_PASSWORD = "changed-password"  # noqa: S105 (a verb)
    CHANGED_ADDRESS = "changed-address"
    UNDID_ADDRESS = "undid-address"
    ADDED_FACTOR = "added-factor"
    REMOVED_FACTOR = "removed-factor"
    RENAMED_FACTOR = "renamed-factor"
    MADE_RECOVERY_CODES = "made-recovery-codes"
    USED_RECOVERY_CODE = "used-recovery-code"
    RESET_SECOND_STEP = "reset-second-step"
    PROVED = "proved"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FORGOTTEN = "forgotten"
    DELETED = "deleted"
    EXPORTED = "exported"
    JOINED = "joined"
    RENAMED = "renamed"
    GRANTED = "granted"
    PUBLISHED = "published"
    RETIRED = "retired"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    REOPENED = "reopened"
    ATTEMPTED = "attempted"
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"
    MARKED = "marked"
    ATTESTED = "attested"
    EARNED = "earned"
    WITHDREW = "withdrew"
    REVOKED = "revoked"
    CORRECTED = "corrected"
    REPORTED = "reported"
    SETTLED = "settled"
    TOOK_AWAY = "took-away"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    LOOKED_AT = "looked-at"
    OFFERED_AGAIN = "offered-again"
    CREATED = "created"
    CHANGED = "changed"
    ANNOUNCED = "announced"
    RETRIED = "retried"
    GAVE_UP = "gave-up"
    REMINDED = "reminded"
    TOOK_ALONG = "took-along"
    INVITED = "invited"
    ENTERED = "entered"
    ADMITTED = "admitted"
    DECLINED = "declined"
    LEFT = "left"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    WROTE = "wrote"
    REMOVED = "removed"
    SCHEDULED = "scheduled"


class Event(Base):
    """One line of the journal. ``actor`` is the person's public id, "system" or "visitor".

    object: what it happened to, such as ``lesson:12`` or ``certificate:7``.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_actor_at", "actor", "at"), Index("ix_event_at", "at"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(32))
    verb: Mapped[Verb] = mapped_column(stored(Verb))
    object: Mapped[str] = mapped_column(String(100), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), default=None)
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class MailKind(StrEnum):
    """Which template a mail is made from: ``templates/mail/KIND.txt``."""

    CONFIRM = "confirm"
    SIGN_IN = "sign-in"
    NO_ACCOUNT = "no-account"
    RESET = "reset"
    REMINDER = "reminder"
    ALLOW_ADDRESS = "allow-address"
    CHANGE_ADDRESS = "change-address"
    ADDRESS_TAKEN = "address-taken"
    ADDRESS_CHANGED = "address-changed"
    DELETE_ACCOUNT = "delete-account"
    DELETED = "deleted"
    SECOND_STEP = "second-step"
    EARNED = "earned"
    REVOKED = "revoked"
    LOG_HEAD = "log-head"
    MARKED = "marked"
    DUE = "due"
    CHANGED = "changed"
    REPORT = "report"
    ROLES = "roles"
    SUSPENDED = "suspended"
    COHORT_REMINDER = "cohort-reminder"
    MEMBERSHIP = "membership"
    INVITATION = "invitation"
    ADMISSION = "admission"
    COHORT_MESSAGE = "cohort-message"
    NOT_PUBLISHED = "not-published"


class MailRefusal(Base):
    """A kind of mail that somebody switched off, and when."""

    __tablename__ = "mail_refusal"
    __table_args__ = (UniqueConstraint("user_id", "kind"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[MailKind] = mapped_column(stored(MailKind))
    at: Mapped[datetime]


class OutgoingMail(Base):
    """A mail that must be sent: facts for its template, until it is sent.

    message_id is fixed at the start, so that a mail sent twice after a crash is recognised as one.
    claimed_at: a worker is sending it; facts are emptied once it is sent (they may hold a link).
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index("ix_outgoing_mail_created_at", "created_at"),
        Index(
            "ix_outgoing_mail_waiting",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[MailKind] = mapped_column(stored(MailKind))
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
