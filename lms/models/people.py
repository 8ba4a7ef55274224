"""People, what they may do, and where they are signed in."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.models.base import Base, stored


class User(Base):
    """A person. ``email`` as typed, ``email_key`` as compared (see accounts.email_key).

    Anyone may sign up with any address, so that signing up never tells whether an address has an
    account: several unconfirmed people may share an address, one confirmed person owns it.
    reminded_at: when somebody unconfirmed was told that the account will be deleted.
    """

    __tablename__ = "user"
    __table_args__ = (
        Index(
            "uq_user_email_key_confirmed",
            "email_key",
            unique=True,
            sqlite_where=text("confirmed_at IS NOT NULL"),
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
        Index(
            "ix_user_unconfirmed",
            "created_at",
            sqlite_where=text("confirmed_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, init=False, default_factory=lambda: secrets.token_hex(16)
    )
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    created_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(16), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
    certificate_name: Mapped[str | None] = mapped_column(String(200), default=None)
    sign_up_key: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)

    needs_second_step = False
    """Nothing that is stored: this browser must do the second step before any deed of a role."""

    @property
    def name_on_certificate(self) -> str:
        """The name as the certificate will read."""
        return self.certificate_name or self.name


class SecondStep(StrEnum):
    """What somebody showed beside the first step, be it a password, a mail or a provider."""

    CODE_APP = "code-app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery-code"
    PROVIDER = "provider"


class SignIn(Base):
    """One browser that is signed in; the cookie holds the token, the row its sha256.

    second_step: what was shown, None for nothing. proven_at: when the person last showed, signed in
    already, that it is them.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    second_step: Mapped[SecondStep | None] = mapped_column(stored(SecondStep), default=None)
    proven_at: Mapped[datetime | None] = mapped_column(default=None)


class LinkPurpose(StrEnum):
    """What a link in a mail is for. Each proves that the mailbox is the person's."""

    ENTER = "enter"
    RESET = "reset"
    ALLOW_ADDRESS = "allow-address"
    CHANGE_ADDRESS = "change-address"
    UNDO_ADDRESS = "undo-address"
    DELETE_ACCOUNT = "delete-account"


class MailLink(Base):
    """A link that was mailed: used once, until it expires; only its sha256 is kept.

    address: where the person will be reached, of links that change that.
    """

    __tablename__ = "mail_link"
    __table_args__ = (Index("ix_mail_link_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(stored(LinkPurpose))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    address: Mapped[str | None] = mapped_column(String(320), default=None)


class Suspension(Base):
    """That somebody may not use their account for a while: since when, by whom, and why.

    ``User.suspended_at`` is what every page asks; it is set as long as one is not lifted.
    """

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by: Mapped[str | None] = mapped_column(String(32), default=None)


class SiteRole(StrEnum):
    """Roles on the whole platform. A trainer may make courses."""

    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"


class SiteRoleGrant(Base):
    """Who holds a role on the platform, since when, given by whom."""

    __tablename__ = "site_role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[SiteRole] = mapped_column(stored(SiteRole))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))


class CourseRole(StrEnum):
    """Roles in one course."""

    OWNER = "owner"
    TRAINER = "trainer"
    REVIEWER = "reviewer"
    TRANSLATOR = "translator"


class CourseRoleGrant(Base):
    """Who holds a role in a course, since when, given by whom."""

    __tablename__ = "course_role_grant"
    __table_args__ = (UniqueConstraint("user_id", "course_id", "role"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    role: Mapped[CourseRole] = mapped_column(stored(CourseRole))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))


class Organisation(Base):
    """An NGO or school. names: how it is called in other languages, by language.

    partner_since: when it became a partner; None for an organisation that is none. logo: the digest of
    a file in the store. site: its address in the web. contact: how to reach it, as people read it. The
    signatory stands beside ours on the certificates of its cohorts; their signature is a picture.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    names: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    partner_since: Mapped[datetime | None] = mapped_column(default=None)
    logo: Mapped[str | None] = mapped_column(String(64), default=None)
    logo_type: Mapped[str | None] = mapped_column(String(32), default=None)
    site: Mapped[str] = mapped_column(String(500), default="")
    contact: Mapped[str] = mapped_column(String(500), default="")
    signatory_name: Mapped[str] = mapped_column(String(200), default="")
    signatory_role: Mapped[str] = mapped_column(String(200), default="")
    signature: Mapped[str | None] = mapped_column(String(64), default=None)
    signature_type: Mapped[str | None] = mapped_column(String(32), default=None)


class MembershipRole(StrEnum):
    """What a person is in an organisation."""

    MANAGER = "manager"
    TRAINER = "trainer"
    MEMBER = "member"


class Membership(Base):
    """A person's role in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[MembershipRole] = mapped_column(stored(MembershipRole))
    at: Mapped[datetime]


class MembershipInvitation(Base):
    """That a manager offered somebody a role in an organisation, by mail to this address.

    Only a person whose confirmed address it is can take it up, so the link in the mail is no secret.
    """

    __tablename__ = "membership_invitation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "email_key"),
        Index("ix_membership_invitation_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    role: Mapped[MembershipRole] = mapped_column(stored(MembershipRole))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]
