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
from lms.models.credentials import Certificate, Revocation, RevocationKind, SigningKey
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
    SignIn,
    SiteRole,
    SiteRoleGrant,
    User,
)
from lms.models.privacy import Deletion, DiscardedFile, Export
from lms.models.records import Event, MailKind, MailRefusal, OutgoingMail, Verb
from lms.models.reports import Report
from lms.models.search import SearchEntry, SearchKind
from lms.models.signs import SignOfLife

__all__ = [
    "LONGEST_COMMENT",
    "Answer",
    "Attempt",
    "Base",
    "Blob",
    "Certificate",
    "ChangeNotice",
    "Completion",
    "Course",
    "CourseRole",
    "CourseRoleGrant",
    "Deletion",
    "DiscardedFile",
    "DueNotice",
    "Edition",
    "EditionFile",
    "EditionLesson",
    "Enrolment",
    "Event",
    "Export",
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
    "Report",
    "Revocation",
    "RevocationKind",
    "SearchEntry",
    "SearchKind",
    "SignIn",
    "SignOfLife",
    "SigningKey",
    "SiteRole",
    "SiteRoleGrant",
    "User",
    "Verb",
]
