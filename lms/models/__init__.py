"""Floor 1, what is remembered: SQLAlchemy only; a model never calls upwards."""

from lms.models.audit import AuditEntry
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
    Path,
    PathEdition,
    PathFile,
)
from lms.models.cohorts import (
    Cohort,
    CohortCourse,
    CohortDeadline,
    CohortInvitation,
    CohortMember,
    CohortMessage,
    InvitationList,
    RefusedAddress,
)
from lms.models.credentials import Award, Certificate, Revocation, RevocationKind, SigningKey
from lms.models.downloads import Download, DownloadKind
from lms.models.drafts import Draft, DraftFile
from lms.models.factors import CodeApp, Passkey, ProviderAccount, RecoveryCode
from lms.models.jobs import FailedJob
from lms.models.learning import (
    Answer,
    Attempt,
    AttendanceCode,
    Completion,
    Enrolment,
    Standing,
)
from lms.models.looks import Look, LookKind
from lms.models.marks import LONGEST_COMMENT, Mark
from lms.models.notices import ChangeNotice, DueNotice
from lms.models.people import (
    CourseRole,
    CourseRoleGrant,
    LinkPurpose,
    MailLink,
    Membership,
    MembershipInvitation,
    MembershipRole,
    Organisation,
    SecondStep,
    SignIn,
    SiteRole,
    SiteRoleGrant,
    Suspension,
    User,
)
from lms.models.privacy import Deletion, DiscardedFile, Export
from lms.models.records import Event, MailKind, MailRefusal, OutgoingMail, Verb
from lms.models.reports import Report
from lms.models.search import SearchEntry, SearchKind
from lms.models.signs import SignOfLife
from lms.models.site import Announcement, Level, Site, SiteText
from lms.models.sources import SourceCheck, Verdict
from lms.models.transparency import LogDay, LogEntry, LogKind

__all__ = [
    "LONGEST_COMMENT",
    "Announcement",
    "Answer",
    "Attempt",
    "AttendanceCode",
    "AuditEntry",
    "Award",
    "Base",
    "Blob",
    "Certificate",
    "ChangeNotice",
    "CodeApp",
    "Cohort",
    "CohortCourse",
    "CohortDeadline",
    "CohortInvitation",
    "CohortMember",
    "CohortMessage",
    "Completion",
    "Course",
    "CourseRole",
    "CourseRoleGrant",
    "Deletion",
    "DiscardedFile",
    "Download",
    "DownloadKind",
    "Draft",
    "DraftFile",
    "DueNotice",
    "Edition",
    "EditionFile",
    "EditionLesson",
    "Enrolment",
    "Event",
    "Export",
    "FailedJob",
    "InvitationList",
    "Lesson",
    "LessonAlias",
    "Level",
    "LinkPurpose",
    "LogDay",
    "LogEntry",
    "LogKind",
    "Look",
    "LookKind",
    "MailKind",
    "MailLink",
    "MailRefusal",
    "Mark",
    "Membership",
    "MembershipInvitation",
    "MembershipRole",
    "Organisation",
    "Origin",
    "OutgoingMail",
    "Passkey",
    "Path",
    "PathEdition",
    "PathFile",
    "ProviderAccount",
    "RecoveryCode",
    "RefusedAddress",
    "Report",
    "Revocation",
    "RevocationKind",
    "SearchEntry",
    "SearchKind",
    "SecondStep",
    "SignIn",
    "SignOfLife",
    "SigningKey",
    "Site",
    "SiteRole",
    "SiteRoleGrant",
    "SiteText",
    "SourceCheck",
    "Standing",
    "Suspension",
    "User",
    "Verb",
    "Verdict",
]
