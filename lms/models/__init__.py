"""Floor 1, what is remembered: SQLAlchemy only; a model never calls upwards."""

from lms.models.base import Base
from lms.models.catalogue import (
    Blob,
    Course,
    Edition,
    EditionFile,
    Lesson,
    LessonAlias,
    Origin,
)
from lms.models.credentials import Certificate, Revocation, RevocationKind
from lms.models.learning import Answer, Attempt, Completion, Enrolment
from lms.models.marks import LONGEST_COMMENT, Mark
from lms.models.people import (
    CourseRole,
    CourseRoleGrant,
    LinkPurpose,
    MailLink,
    Membership,
    MembershipRole,
    Organisation,
    SignIn,
    SiteRole,
    SiteRoleGrant,
    User,
)
from lms.models.records import Event, MailKind, OutgoingMail, Verb

__all__ = [
    "LONGEST_COMMENT",
    "Answer",
    "Attempt",
    "Base",
    "Blob",
    "Certificate",
    "Completion",
    "Course",
    "CourseRole",
    "CourseRoleGrant",
    "Edition",
    "EditionFile",
    "Enrolment",
    "Event",
    "Lesson",
    "LessonAlias",
    "LinkPurpose",
    "MailKind",
    "MailLink",
    "Mark",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Origin",
    "OutgoingMail",
    "Revocation",
    "RevocationKind",
    "SignIn",
    "SiteRole",
    "SiteRoleGrant",
    "User",
    "Verb",
]
