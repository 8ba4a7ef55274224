"""Certificates: frozen facts, and their withdrawal."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.models.base import Base, stored


class Award(StrEnum):
    """What a certificate says of its holder; the value is part of its facts and never changes."""

    COMPLETION = "completion"
    ACHIEVEMENT = "achievement"
    ATTENDANCE = "attendance"
    DIPLOMA = "diploma"


UNLOGGED = text("log_sequence IS NULL")


class Certificate(Base):
    """The fact that something was earned, as it was on that day.

    holder_id, course_id and path_id are plain numbers, not foreign keys: deleting a person or a
    course can never touch a certificate. A diploma is about a path, all others about a course; its
    ``course_…`` and ``edition_…`` are those of the path. ``period`` counts the validity periods of
    one person and course from 1, ``version`` the corrected names within one.
    ``signatories``: list of ``{"name": …, "role": …}``. ``salt`` stays secret: it makes the digests of
    the transparency log unguessable. ``pdf_digest`` is None until the worker has made the file,
    and ``badge_digest`` names the badge that is in it.
    log_head: the newest day's head when it was issued, printed on it. log_digest: its facts and salt as
    the transparency log has them, log_sequence the entry; None until the worker has added it.
    ``partner_logo``: the digest of the picture of a partner in whose cohort it was earned, as
    ``partner_signature``; the names stand among partners and signatories.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("holder_id", "course_id", "period", "version"),
        UniqueConstraint("holder_id", "path_id", "version"),
        UniqueConstraint("log_sequence"),
        Index("ix_certificate_unlogged", "id", sqlite_where=UNLOGGED, postgresql_where=UNLOGGED),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    salt: Mapped[str] = mapped_column(String(64))
    holder_id: Mapped[int | None]
    course_id: Mapped[int | None]
    period: Mapped[int]
    holder_name: Mapped[str] = mapped_column(String(200))
    course_slug: Mapped[str] = mapped_column(String(100))
    course_title: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(16))
    hours: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    statement: Mapped[str] = mapped_column(String(1000))
    signatories: Mapped[list[Any]]
    partners: Mapped[list[Any]]
    issuer: Mapped[str] = mapped_column(String(200))
    edition_number: Mapped[int]
    edition_digest: Mapped[str] = mapped_column(String(64))
    earned_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    template_version: Mapped[int]
    path_id: Mapped[int | None] = mapped_column(default=None)
    award: Mapped[Award] = mapped_column(stored(Award), default=Award.COMPLETION)
    version: Mapped[int] = mapped_column(default=1)
    log_head: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    log_digest: Mapped[str | None] = mapped_column(String(64), default=None)
    log_sequence: Mapped[int | None] = mapped_column(default=None)
    pdf_digest: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    badge_digest: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    partner_logo: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    partner_signature: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    revocation: Mapped["Revocation | None"] = relationship(init=False, lazy="joined")


class RevocationKind(StrEnum):
    """Why a certificate no longer counts."""

    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Revocation(Base):
    """The withdrawal of a certificate: by its holder, by the issuer, or by a newer one.

    log_digest, log_sequence: as of a certificate.
    """

    __tablename__ = "revocation"
    __table_args__ = (
        UniqueConstraint("log_sequence"),
        Index(
            "ix_revocation_unlogged",
            "certificate_id",
            sqlite_where=UNLOGGED,
            postgresql_where=UNLOGGED,
        ),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    kind: Mapped[RevocationKind] = mapped_column(stored(RevocationKind))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(500), default="")
    successor: Mapped[str | None] = mapped_column(String(12), default=None)
    log_digest: Mapped[str | None] = mapped_column(String(64), default=None)
    log_sequence: Mapped[int | None] = mapped_column(default=None)


class SigningKey(Base):
    """The public half of a key pair that this installation signs with; the newest one counts.

    The private half lies in a file on each machine. fingerprint: sha256 of the public half.
    ``certificate``: the X.509 certificates by which PDFs were signed in its time, as PEM.
    """

    __tablename__ = "signing_key"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
    certificate: Mapped[str] = mapped_column(Text, default="", server_default="")
