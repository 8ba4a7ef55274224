"""Mails as they are sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any

import pytest
from babel.support import Translations

from lms.models import MailKind
from lms.render import mail, plain
from lms.render.mail import Letter, Sender

pytestmark = pytest.mark.once

SENDER = Sender(
    mail_from="NPOC Learn <learn@npoc.example>",
    public_url="https://learn.npoc.example",
    site_name="NPOC Learn",
    unconfirmed_days=30,
)
ABOUT_AMINA = {"name": "Amina", "zone": "Africa/Nairobi", "person": "0123"}
FACTS: Mapping[MailKind, dict[str, Any]] = {
    MailKind.CONFIRM: {"token": "TOKEN", "name": "", "signed_up": "2026-03-01T12:30:00+00:00"},
    MailKind.SIGN_IN: {"token": "TOKEN", "name": "Amina"},
    MailKind.NO_ACCOUNT: {},
    MailKind.RESET: {"token": "TOKEN", "name": "Amina"},
    MailKind.REMINDER: {"until": "2026-03-31T12:30:00+00:00"},
    MailKind.ALLOW_ADDRESS: {"token": "TOKEN", "name": "Amina", "address": "new@ngo.example"},
    MailKind.CHANGE_ADDRESS: {"token": "TOKEN", "name": ""},
    MailKind.ADDRESS_TAKEN: {"name": "Amina"},
    MailKind.ADDRESS_CHANGED: {"token": "TOKEN", "name": "Amina"},
    MailKind.DELETE_ACCOUNT: {"token": "TOKEN", "name": "Amina"},
    MailKind.DELETED: {"name": "Amina", "certificates": ["ABCD23456789"]},
    MailKind.SECOND_STEP: {"name": "Amina", "what": "passkey-added", "device": "my phone"},
    MailKind.EARNED: {
        **ABOUT_AMINA,
        "course": "Names in short",
        "number": "ABCD23456789",
        "path": "certificates/ABCD23456789.pdf",
    },
    MailKind.REVOKED: {
        "name": "Amina",
        "course": "Names in short",
        "number": "ABCD23456789",
        "reason": "Somebody else sat the exam.",
    },
    MailKind.LOG_HEAD: {
        **ABOUT_AMINA,
        "day": "2027-03-01T00:00:00+00:00",
        "head": "a" * 64,
        "path": "transparency",
    },
    MailKind.MARKED: {
        **ABOUT_AMINA,
        "course": "Names in short",
        "lesson": "An essay",
        "path": "courses/small/names/essay",
    },
    MailKind.DUE: {
        **ABOUT_AMINA,
        "course": "Names in short",
        "lesson": "An essay",
        "moment": "2026-03-10T12:30:00+00:00",
        "path": "courses/small/names/essay",
    },
    MailKind.COHORT_REMINDER: {
        **ABOUT_AMINA,
        "course": "Names in short",
        "cohort": "Dakar 2027",
        "organisation": "Clean Water",
        "path": "courses/small/",
    },
    MailKind.CHANGED: {
        **ABOUT_AMINA,
        "course": "Names in short",
        "path": "courses/small/",
        "new": ["How a name ends", "كيف ينتهي الاسم"],
    },
    MailKind.REPORT: {
        "name": "Tomás",
        "course": "Names in short",
        "lesson": "What is a name",
        "course_at": "courses/small",
        "lesson_at": "names/what-is-a-name",
        "text": "It's <wrong>.\nTwice.",
        "quote": "A name is a path.",
    },
    MailKind.ROLES: {
        "name": "Amina",
        "role": "trainer",
        "given": True,
        "where": "Names in short",
        "what": "",
    },
    MailKind.NOT_PUBLISHED: {
        "name": "Tomas",
        "course": "Names in short",
        "reason": "The course has errors and was not published.",
        "path": "studio/small/publication",
    },
    MailKind.SUSPENDED: {"name": "Amina", "reason": "Sold links.", "is_over": False},
    MailKind.MEMBERSHIP: {
        "organisation": "Clean Water",
        "role": "manager",
        "by": "Lin",
        "until": "2026-03-15T12:30:00+00:00",
        "path": "partners/invitations/7",
    },
    MailKind.INVITATION: {
        "name": "",
        "cohort": "River",
        "organisation": "Clean Water",
        "contact": "hello@water.example",
        "address": "a" * 64,
        "path": "join/ABCD2345",
    },
    MailKind.ADMISSION: {
        "name": "Amina",
        "cohort": "River",
        "organisation": "Clean Water",
        "admitted": True,
        "path": "join/ABCD2345",
    },
    MailKind.COHORT_MESSAGE: {
        **ABOUT_AMINA,
        "subject": "We meet",
        "text": "On Monday.\n\nBring a map.",
        "cohort": "River",
        "organisation": "Clean Water",
        "contact": "",
    },
}
NOTICES = (
    MailKind.EARNED,
    MailKind.MARKED,
    MailKind.DUE,
    MailKind.CHANGED,
    MailKind.COHORT_REMINDER,
    MailKind.COHORT_MESSAGE,
    MailKind.LOG_HEAD,
    MailKind.INVITATION,
)
SWITCH = f"earned.{'0' * 32}.{'a' * 40}"


def letter(kind: MailKind = MailKind.SIGN_IN, **changes: Any) -> Letter:
    return replace(
        Letter(
            kind=kind,
            recipient="amina@ngo.example",
            language="en",
            facts=FACTS[kind],
            key="abc123",
            written_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
            switch=SWITCH if kind in NOTICES else "",
        ),
        **changes,
    )


def test_a_mail_has_all_its_headers() -> None:
    message = mail.message(letter(), SENDER)
    assert dict(message.items()) == {
        "Subject": "Your link to sign in to NPOC Learn",
        "From": "NPOC Learn <learn@npoc.example>",
        "To": "amina@ngo.example",
        "Date": "Sun, 01 Mar 2026 12:30:00 +0000",
        "Message-ID": "<abc123@npoc.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "Content-Language": "en",
    }


def test_a_mail_says_what_its_link_does() -> None:
    assert mail.written(letter(), SENDER)[1] == (
        "Hello Amina,\n"
        "\n"
        "to sign in, open this page and press the button:\n"
        "\n"
        "https://learn.npoc.example/en/links/TOKEN\n"
        "\n"
        "The link works once, within an hour, on any device.\n"
        "\n"
        "If you did not ask for it, do nothing. Nobody can sign in without this mail.\n"
        "\n"
        "-- \n"
        "NPOC Learn\n"
        "https://learn.npoc.example/en/\n"
    )


def test_a_report_is_quoted_as_it_was_written() -> None:
    assert mail.written(letter(MailKind.REPORT), SENDER)[1].startswith(
        "Hello Tomás,\n"
        "\n"
        "somebody who reads the course “Names in short” says about the lesson “What is a name”:\n"
        "\n"
        "> It's <wrong>.\n"
        "> Twice.\n"
        "\n"
        "It is about this sentence: “A name is a path.”\n"
        "\n"
        "The lesson:\n"
        "\n"
        "https://learn.npoc.example/en/courses/small/names/what-is-a-name\n"
        "\n"
        "All open reports, to be settled one by one:\n"
        "\n"
        "https://learn.npoc.example/en/courses/small/reports\n"
    )


@pytest.mark.parametrize(
    ("changes", "subject", "sentences"),
    [
        (
            {},
            "Your roles at NPOC Learn have changed",
            ["you were given a role: Trainer", "It is a role in the course Names in short."],
        ),
        (
            {"given": False, "role": "manager", "where": "Clean Water", "what": "organisation"},
            "Your roles at NPOC Learn have changed",
            ["a role was taken from you: Manager", "It is a role in the organisation Clean Water."],
        ),
        (
            {"role": "administrator", "where": ""},
            "Your roles at NPOC Learn have changed",
            ["you were given a role: Administrator"],
        ),
    ],
)
def test_who_gets_or_loses_a_role_reads_which(
    changes: dict[str, Any], subject: str, sentences: list[str]
) -> None:
    one = letter(MailKind.ROLES, facts={**FACTS[MailKind.ROLES], **changes})
    said, body, _language = mail.written(one, SENDER)
    assert said == subject
    about = [line for line in body.split("\n") if "role" in line]
    assert about == sentences


def test_who_is_suspended_reads_why_and_hears_when_it_is_over() -> None:
    subject, body, _language = mail.written(letter(MailKind.SUSPENDED), SENDER)
    assert subject == "Your account at NPOC Learn is suspended"
    assert "\n> Sold links.\n" in body
    over = letter(MailKind.SUSPENDED, facts={"name": "Amina", "reason": "", "is_over": True})
    subject, body, _language = mail.written(over, SENDER)
    assert subject == "Your account at NPOC Learn is open again"
    assert "you can sign in again." in body
    assert ">" not in body


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "zh", "ru", "pt"])
def test_every_mail_can_be_written_in_every_language(kind: MailKind, language: str) -> None:
    subject, body, _language = mail.written(letter(kind, language=language), SENDER)
    assert subject
    leads = [f"/{language}/{place}/TOKEN\n" in body for place in ("links", "address", "leave")]
    assert leads.count(True) == ("token" in FACTS[kind])
    path = FACTS[kind].get("path", "account" if kind is MailKind.REMINDER else "")
    assert f"https://learn.npoc.example/{language}/{path}\n" in body
    assert (f"https://learn.npoc.example/{language}/mails/{SWITCH}\n" in body) == (kind in NOTICES)
    assert body.endswith(f"\n-- \nNPOC Learn\nhttps://learn.npoc.example/{language}/\n")
    raw = mail.message(letter(kind, language=language), SENDER).as_bytes()
    assert raw.isascii()
    parsed = message_from_bytes(raw, policy=SMTPUTF8)
    assert isinstance(parsed, EmailMessage)
    assert (parsed["Subject"], parsed.get_content().replace("\r\n", "\n")) == (subject, body)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"what": "code-app-added", "device": ""}, "an app with codes was set up"),
        ({"what": "code-app-removed", "device": ""}, "the app with codes was removed"),
        ({"what": "passkey-added", "device": "my phone"}, "was added to your account: my phone"),
        ({"what": "passkey-removed", "device": "my phone"}, "removed from your account: my phone"),
        ({"what": "codes-made"}, "new recovery codes were made"),
        ({"what": "code-used", "left": 1}, "One code is left."),
        ({"what": "code-used", "left": 9}, "9 codes are left."),
        ({"what": "connected", "device": "Open Harbour"}, "you can sign in with Open Harbour."),
        ({"what": "disconnected", "device": "Open Harbour"}, "cannot sign in with Open Harbour"),
        ({"what": "reset"}, "an administrator took away the second step"),
    ],
)
def test_a_mail_says_what_was_changed_in_signing_in(facts: dict[str, Any], said: str) -> None:
    changed = letter(MailKind.SECOND_STEP, facts={"name": "Amina", **facts})
    assert said in mail.written(changed, SENDER)[1]


def test_the_language_of_a_translated_mail_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "translations", lambda _language: Translations())
    mail._templates.cache_clear()
    assert mail.message(letter(language="ar"), SENDER)["Content-Language"] == "ar"
    mail._templates.cache_clear()


def test_a_language_nobody_translated_is_not_claimed() -> None:
    assert mail.message(letter(language="xx"), SENDER)["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("recipient", "to", "ascii_only"),
    [
        ("user@例え.テスト", "user@xn--r8jz45g.xn--zckzah", True),
        ("معلومات@مثال.السعودية", "معلومات@مثال.السعودية", False),
    ],
)
def test_only_names_in_other_scripts_need_a_server_that_knows_them(
    recipient: str, to: str, ascii_only: bool
) -> None:
    message = mail.message(letter(recipient=recipient), SENDER)
    assert message["To"] == to
    assert message.as_bytes().isascii() is ascii_only


def test_no_name_can_smuggle_a_header_into_a_mail() -> None:
    facts = {"token": "TOKEN", "name": "Eve\r\nBcc: eve@ngo.example\r\n\r\n"}
    message = mail.message(letter(facts=facts), SENDER)
    assert (message["Bcc"], message["To"]) == (None, "amina@ngo.example")
    with pytest.raises(ValueError, match="cannot contain CR or LF"):
        mail.message(letter(recipient="amina@ngo.example\r\nBcc: eve@ngo.example"), SENDER)


def test_a_sites_name_on_two_lines_makes_one_subject() -> None:
    sender = replace(SENDER, site_name="NPOC\nLearn")
    subject, body, _language = mail.written(letter(), sender)
    assert subject == "Your link to sign in to NPOC"
    assert body.startswith("Learn\n")


# --- notices ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MailKind)
def test_notices_and_only_they_can_be_switched_off_by_one_click(kind: MailKind) -> None:
    raw = mail.message(letter(kind), SENDER).as_bytes()
    message = message_from_bytes(raw, policy=SMTPUTF8)
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (
        (f"<https://learn.npoc.example/en/mails/{SWITCH}>", "List-Unsubscribe=One-Click")
        if kind in NOTICES
        else (None, None)
    )


def test_the_address_of_the_click_stands_on_one_line_as_it_is() -> None:
    """Folded by Python it would be encoded, and mail programs look for angle brackets."""
    lines = mail.message(letter(MailKind.EARNED), SENDER).as_bytes().split(b"\r\n")
    assert f"List-Unsubscribe: <https://learn.npoc.example/en/mails/{SWITCH}>".encode() in lines


def test_a_notice_of_a_certificate_says_where_it_is_and_who_can_check_it() -> None:
    subject, body, _language = mail.written(letter(MailKind.EARNED), SENDER)
    assert subject == "You have earned the certificate: Names in short"
    assert body == (
        "Hello Amina,\n"
        "\n"
        "you have done everything that this course asks for: Names in short\n"
        "\n"
        "Here is your certificate as a PDF file (sign in first):\n"
        "\n"
        "https://learn.npoc.example/en/certificates/ABCD23456789.pdf\n"
        "\n"
        "Whoever sees it can check it here, without an account:\n"
        "\n"
        "https://learn.npoc.example/en/c/ABCD23456789\n"
        "\n"
        "You do not want mails of this kind? Switch them off here:\n"
        "\n"
        f"https://learn.npoc.example/en/mails/{SWITCH}\n"
        "\n"
        "-- \n"
        "NPOC Learn\n"
        "https://learn.npoc.example/en/\n"
    )


def test_what_is_due_is_due_by_the_clock_of_the_person() -> None:
    body = mail.written(letter(MailKind.DUE), SENDER)[1]
    assert "this is to be done by 10 March 2026, 15:30 (12:30 UTC):\n" in body
    arabic = mail.written(letter(MailKind.DUE, language="ar"), SENDER)[1]
    assert "10 مارس 2026, 15:30 (12:30 UTC)" in arabic


def test_a_notice_of_work_that_was_marked_names_course_and_lesson() -> None:
    subject, body, _language = mail.written(letter(MailKind.MARKED), SENDER)
    assert subject == "Your work was marked: An essay"
    assert "\nCourse: Names in short\nLesson: An essay\n\n" in body


def test_a_changed_course_lists_what_is_new_if_anything() -> None:
    body = mail.written(letter(MailKind.CHANGED), SENDER)[1]
    assert "What is new since then:\n\n- How a name ends\n- \u2068كيف ينتهي الاسم\u2069\n\n" in body
    facts = {**FACTS[MailKind.CHANGED], "new": []}
    body = mail.written(letter(MailKind.CHANGED, facts=facts), SENDER)[1]
    assert "\n\n\n" not in body
    assert "What is new" not in body


def test_who_signs_up_is_told_until_when_to_confirm() -> None:
    body = mail.written(letter(MailKind.CONFIRM), SENDER)[1]
    assert "we delete the account on 31 March 2026, with everything that was learnt in it." in body
    assert "/links/TOKEN\n\nThe link works once" in body
    facts = {"token": "TOKEN", "name": "", "onward": "/en/join/23456789"}
    body = mail.written(letter(MailKind.CONFIRM, facts=facts), SENDER)[1]
    assert "/links/TOKEN?next=/en/join/23456789\n\nThe link works once" in body
    old = {"token": "TOKEN", "name": ""}  # written into the outbox by an earlier release
    assert "delete" not in mail.written(letter(MailKind.CONFIRM, facts=old), SENDER)[1]


def test_the_reminder_names_the_last_day() -> None:
    subject, body, _language = mail.written(letter(MailKind.REMINDER), SENDER)
    assert subject == "Your account at NPOC Learn ends on 31 March 2026"
    assert "Without that we delete the account on 31 March 2026" in body
    assert "press “Send the mail again”, and open the link" in body
