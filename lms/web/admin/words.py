"""What stands in the database, in words for administrators."""

from lms.domain.errors import _
from lms.domain.jobs import State
from lms.domain.people import Which
from lms.models import CourseRole, MailKind, MembershipRole, Origin, SiteRole, Verb

SITE_ROLES = {
    SiteRole.ADMINISTRATOR: _("Administrator"),
    SiteRole.TRAINER: _("Trainer (may make courses)"),
}
COURSE_ROLES = {
    CourseRole.OWNER: _("Owner"),
    CourseRole.TRAINER: _("Trainer"),
    CourseRole.REVIEWER: _("Reviewer"),
    CourseRole.TRANSLATOR: _("Translator"),
}
MEMBERSHIPS = {
    MembershipRole.MANAGER: _("Manager"),
    MembershipRole.TRAINER: _("Trainer"),
    MembershipRole.MEMBER: _("Member"),
}
ORIGINS = {
    Origin.SHIPPED: _("shipped with the software"),
    Origin.IMPORTED: _("imported"),
    Origin.STUDIO: _("written in the browser"),
}
WHICH = {
    Which.ALL: _("Everybody"),
    Which.ADMINISTRATORS: _("Administrators"),
    Which.TRAINERS: _("Trainers"),
    Which.SUSPENDED: _("Suspended"),
    Which.UNCONFIRMED: _("Address not confirmed"),
}
STATES = {
    State.FAILED: _("Failed"),
    State.RUNNING: _("Under way"),
    State.WAITING: _("Waiting"),
}
MAILS = {
    MailKind.CONFIRM: _("Confirm the address"),
    MailKind.SIGN_IN: _("Link to sign in"),
    MailKind.NO_ACCOUNT: _("No account with this address"),
    MailKind.RESET: _("Link to a new password"),
    MailKind.REMINDER: _("The account ends soon"),
    MailKind.ALLOW_ADDRESS: _("Allow a new address"),
    MailKind.CHANGE_ADDRESS: _("Confirm a new address"),
    MailKind.ADDRESS_TAKEN: _("The address has an account already"),
    MailKind.ADDRESS_CHANGED: _("The address was changed"),
    MailKind.DELETE_ACCOUNT: _("Link to delete the account"),
    MailKind.DELETED: _("The account was deleted"),
    MailKind.SECOND_STEP: _("Ways to sign in have changed"),
    MailKind.EARNED: _("Certificate earned"),
    MailKind.MARKED: _("Work was marked"),
    MailKind.DUE: _("Something is due soon"),
    MailKind.CHANGED: _("A finished course has changed"),
    MailKind.COHORT_REMINDER: _("A partner reminds of a course"),
    MailKind.REPORT: _("Report of a mistake"),
    MailKind.ROLES: _("Roles have changed"),
    MailKind.SUSPENDED: _("Account suspended, or open again"),
    MailKind.MEMBERSHIP: _("Invitation to an organisation"),
    MailKind.INVITATION: _("Invitation to a cohort"),
    MailKind.ADMISSION: _("Let into a cohort, or not"),
    MailKind.COHORT_MESSAGE: _("Message to a cohort"),
}
JOBS = {
    "mail": _("Sending mail"),
    "certificates": _("Making certificates"),
    "attempts": _("Handing in quizzes whose time is over"),
    "editions": _("Looking at learners after a publication"),
    "newcomers": _("Reminding and deleting unconfirmed accounts"),
    "due_lessons": _("Telling people what is due"),
    "departures": _("Removing files of people who left"),
    "copies": _("Making copies of people's data"),
    "keeping": _("Forgetting what was kept long enough"),
    "invitations": _("Inviting lists of addresses to cohorts"),
    "cohort_messages": _("Writing to cohorts"),
    "stray_files": _("Removing files that nobody points to"),
    "sign_of_life": _("Saying that the worker works"),
}
VERBS = {
    Verb.REGISTERED: _("made an account"),
    Verb.GRANTED: _("gave a role"),
    Verb.TOOK_AWAY: _("took a role away"),
    Verb.SUSPENDED: _("suspended"),
    Verb.RESET_SECOND_STEP: _("took the second step away"),
    Verb.REINSTATED: _("lifted a suspension"),
    Verb.REMINDED: _("reminded people of a cohort"),
    Verb.TOOK_ALONG: _("took certificates of a cohort along"),
    Verb.LOOKED_AT: _("looked at an answer"),
    Verb.MARKED: _("gave a mark"),
    Verb.PUBLISHED: _("published"),
    Verb.RETIRED: _("took out of the catalogue"),
    Verb.OFFERED_AGAIN: _("put back into the catalogue"),
    Verb.SETTLED: _("settled a report"),
    Verb.CREATED: _("made"),
    Verb.CHANGED: _("changed"),
    Verb.RENAMED: _("renamed"),
    Verb.ANNOUNCED: _("announced"),
    Verb.RETRIED: _("had it tried again"),
    Verb.GAVE_UP: _("gave up"),
    Verb.INVITED: _("invited"),
    Verb.ADMITTED: _("let in"),
    Verb.DECLINED: _("refused"),
    Verb.REMOVED: _("removed"),
    Verb.WROTE: _("wrote a message"),
}
"""The deeds that write into the audit log."""
CHANGES = {
    "role": _("role"),
    "organisation": _("organisation"),
    "name": _("name"),
    "names": _("names"),
    "partner": _("partner"),
    "suspended": _("suspended"),
    "reason": _("reason"),
    "position": _("question"),
    "number": _("number"),
    "share": _("share"),
    "open": _("open"),
    "offered": _("in the catalogue"),
    "logo": _("logo"),
    "level": _("how loud"),
    "words": _("words"),
    "starts": _("begins"),
    "ends": _("ends"),
    "characters": _("characters"),
    "saving": _("saving"),
    "kind": _("kind"),
    "next try": _("next try"),
    "reminded": _("how many were reminded"),
    "count": _("how many"),
    "site": _("site"),
    "contact": _("contact"),
    "signatory_name": _("who signs"),
    "signatory_role": _("office"),
    "signature": _("signature"),
    "language": _("language"),
    "needs_approval": _("with a yes to each person"),
    "seats": _("seats"),
    "closes_at": _("closes"),
    "courses": _("courses"),
    "due": _("deadlines"),
    "in it": _("in it"),
    "list": _("list"),
    "addresses": _("addresses"),
    "message": _("message"),
}
"""What a deed changed, as the audit log names it."""
