"""Mails as they are sent: the facts of a row and ``templates/mail/KIND.txt`` become a message.

The first line of a template is the subject. Plain text only: it reaches every reader, and no tracking
or hidden link can be in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any

import idna
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail is made from. ``key`` is the same however often it is sent."""

    kind: str
    recipient: str
    language: str
    facts: Mapping[str, Any]
    key: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where mails come from, and where their links lead."""

    mail_from: str
    public_url: str
    site_name: str


def message(letter: Letter, sender: Sender) -> EmailMessage:
    """The message as it goes to the mail server."""
    subject, body, language = written(letter, sender)
    name, address = parseaddr(sender.mail_from)
    international = not letter.recipient.rpartition("@")[0].isascii()
    # 7bit: accents become quoted-printable or base64, which every server passes on.
    policy = (SMTPUTF8 if international else SMTP).clone(cte_type="7bit")
    mail = EmailMessage(policy=policy)
    mail["Subject"] = subject
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = _address(letter.recipient, international=international)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.key}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    mail["Content-Language"] = language  # set_content forgets what was said of an earlier content
    return mail


def written(letter: Letter, sender: Sender) -> tuple[str, str, str]:
    """Subject, text, and the language they are really in: English where nobody has translated."""
    language = letter.language if _is_translated(letter.language) else "en"
    template = _templates(language).get_template(f"{letter.kind}.txt")
    home = f"{sender.public_url}/{letter.language}"
    text = template.render(
        letter.facts, home=home, site=sender.public_url, site_name=sender.site_name
    )
    subject, _line, body = text.lstrip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n", language


def _address(recipient: str, *, international: bool) -> Address:
    """With an ASCII name any server takes the mail, for the domain has an ASCII form, too."""
    local, _at, domain = recipient.rpartition("@")
    if not international:
        domain = idna.encode(domain, uts46=True).decode()
    return Address(username=local, domain=domain)


@cache
def _templates(language: str) -> Environment:
    # Plain text: there is nothing to escape, and an escaped apostrophe would be seen.
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "mail"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        _translations(language), newstyle=True
    )
    return environment


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(ROOT / "translations", [language])


def _is_translated(language: str) -> bool:
    return isinstance(_translations(language), Translations)
