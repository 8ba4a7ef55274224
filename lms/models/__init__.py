"""Floor 1, what is remembered: SQLAlchemy only; a model never calls upwards."""

from lms.models.base import Base
from lms.models.catalogue import (
    Blob,
    Course,
    Edition,
    EditionFile,
    EditionLesson,
    Lesson,
    LessonAlias,
    Origin,
)
from lms.models.credentials import Certificate, Revocation, RevocationKind
from lms.models.factors import CodeApp, Passkey, ProviderAccount, RecoveryCode
from lms.models.learning import Answer, Attempt, Completion, Enrolment
from lms.models.marks import LONGEST_COMMENT, Mark
from lms.models.notices import ChangeNotice, DueNotice
from lms.models.people import (
    CourseRole,
    CourseRoleGrant,
    LinkPurpose,
    MailLink,
    Membership,
    MembershipRole,
    Organisation,
    SecondStep,
    SignIn,
    SiteRole,
    SiteRoleGrant,
    User,
)
from lms.models.records import Event, MailKind, MailRefusal, OutgoingMail, Verb
from lms.models.reports import Report
from lms.models.search import SearchEntry, SearchKind

__all__ = [
    "LONGEST_COMMENT",
    "Answer",
    "Attempt",
    "Base",
    "Blob",
    "Certificate",
    "ChangeNotice",
    "CodeApp",
    "Completion",
    "Course",
    "CourseRole",
    "CourseRoleGrant",
    "DueNotice",
    "Edition",
    "EditionFile",
    "EditionLesson",
    "Enrolment",
    "Event",
    "Lesson",
    "LessonAlias",
    "LinkPurpose",
    "MailKind",
    "MailLink",
    "MailRefusal",
    "Mark",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Origin",
    "OutgoingMail",
    "Passkey",
    "ProviderAccount",
    "RecoveryCode",
    "Report",
    "Revocation",
    "RevocationKind",
    "SearchEntry",
    "SearchKind",
    "SecondStep",
    "SignIn",
    "SiteRole",
    "SiteRoleGrant",
    "User",
    "Verb",
]
