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
from lms.render import mail
from lms.render.mail import Letter, Sender

pytestmark = pytest.mark.once

SENDER = Sender(
    mail_from="NPOC Learn <learn@npoc.example>",
    public_url="https://learn.npoc.example",
    site_name="NPOC Learn",
)
FACTS: Mapping[MailKind, dict[str, Any]] = {
    MailKind.CONFIRM: {"token": "TOKEN", "name": ""},
    MailKind.SIGN_IN: {"token": "TOKEN", "name": "Amina"},
    MailKind.NO_ACCOUNT: {},
    MailKind.RESET: {"token": "TOKEN", "name": "Amina"},
    MailKind.MARKED: {
        "name": "Amina",
        "course": "DNS essentials",
        "lesson": "Draft a comment",
        "path": "/en/attempts/7/result",
    },
}


def letter(kind: MailKind = MailKind.SIGN_IN, **changes: Any) -> Letter:
    return replace(
        Letter(
            kind=kind,
            recipient="amina@ngo.example",
            language="en",
            facts=FACTS[kind],
            key="abc123",
            written_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
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


def test_a_mail_about_a_mark_leads_to_the_result() -> None:
    subject, body, _language = mail.written(letter(MailKind.MARKED), SENDER)

    assert subject == "Your work was marked: Draft a comment"
    assert "\nhttps://learn.npoc.example/en/attempts/7/result\n" in body


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "zh", "ru", "pt"])
def test_every_mail_can_be_written_in_every_language(kind: MailKind, language: str) -> None:
    subject, body, _language = mail.written(letter(kind, language=language), SENDER)
    assert subject
    assert ("/links/TOKEN\n" in body) == ("token" in FACTS[kind])
    assert body.endswith(f"\n-- \nNPOC Learn\nhttps://learn.npoc.example/{language}/\n")
    raw = mail.message(letter(kind, language=language), SENDER).as_bytes()
    assert raw.isascii()
    parsed = message_from_bytes(raw, policy=SMTPUTF8)
    assert isinstance(parsed, EmailMessage)
    assert (parsed["Subject"], parsed.get_content().replace("\r\n", "\n")) == (subject, body)


def test_the_language_of_a_translated_mail_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_translations", lambda _language: Translations())
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
