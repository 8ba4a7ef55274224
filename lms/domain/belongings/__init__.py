"""Everything that is kept about one person, section by section, in plain values."""

from lms.domain.belongings import accounts, cohorts, doing, learning
from lms.domain.belongings.section import Section

LEFT_OUT = {
    "export.user_id": "that is the file itself",
    "standing.user_id": "counted from lessons, attempts and certificates, which are told",
    "download.user_id": "files made of what is told here; gone after some days",
    "answer.attempt_id": "told with its attempt, in attempts/",
    "attempt.user_id": "one file each, in attempts/",
    "mark.attempt_id+position": "told with its answer, in attempts/",
}
"""What refers to a person and is in no section, and why."""

SECTIONS = (
    Section("account", accounts.account),
    Section("sign-ins", accounts.sign_ins, ("sign_in.user_id",)),
    Section(
        "ways-in",
        accounts.factors,
        (
            "code_app.user_id",
            "passkey.user_id",
            "recovery_code.user_id",
            "provider_account.user_id",
        ),
    ),
    Section("suspensions", accounts.suspensions, ("suspension.user_id",)),
    Section("links", accounts.links, ("mail_link.user_id",)),
    Section("mails", accounts.mails),
    Section("refused-mails", accounts.refused_mails, ("mail_refusal.user_id",)),
    Section(
        "roles",
        accounts.roles,
        ("site_role_grant.user_id", "course_role_grant.user_id", "membership.user_id"),
    ),
    Section("enrolments", learning.enrolments, ("enrolment.user_id",)),
    Section("completions", learning.completions, ("completion.user_id",)),
    Section("notices", learning.notices, ("due_notice.user_id", "change_notice.user_id")),
    Section("certificates", learning.certificates),
    Section("cohorts", cohorts.cohorts, ("cohort_member.user_id",)),
    Section("invitations", cohorts.invitations),
    Section("looks", cohorts.looks, ("look.user_id",)),
    Section("reports", doing.reports, ("report.reporter_id",)),
    Section("marks-given", doing.marks, ("mark.marker_id",)),
    Section("publications", doing.publications),
    Section("drafts", doing.drafts, ("draft.owner_id", "draft_file.draft_id")),
    Section("journal", doing.journal),
    Section("audit-log", doing.audit),
)
"""One file of an export each."""
