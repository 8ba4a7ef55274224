"""Mails as they are sent: the facts of a row and ``templates/mail/KIND.txt`` become a message.

The first line of a template is the subject. Plain text only: it reaches every reader, and no tracking
or hidden link can be in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from unicodedata import bidirectional

import idna
from babel.dates import format_date
from babel.support import Translations
from jinja2 import Environment

from lms.render import moments, plain


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail is made from. ``key`` is the same however often it is sent.

    switch: what the link carries that switches this kind off; empty where that cannot be done.
    """

    kind: str
    recipient: str
    language: str
    facts: Mapping[str, Any]
    key: str
    written_at: datetime
    switch: str = ""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where mails come from, where their links lead, and when unconfirmed accounts end."""

    mail_from: str
    public_url: str
    site_name: str
    unconfirmed_days: int


class Whole(UnstructuredHeader):
    """A header on one line: folded, a long address would become a word in base64."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        """Not at all."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


headers = HeaderRegistry()
headers.map_to_type("List-Unsubscribe", Whole)  # type: ignore[arg-type]


def message(letter: Letter, sender: Sender) -> EmailMessage:
    """The message as it goes to the mail server."""
    subject, body, language = written(letter, sender)
    name, address = parseaddr(sender.mail_from)
    international = not letter.recipient.rpartition("@")[0].isascii()
    # 7bit: accents become quoted-printable or base64, which every server passes on.
    base = SMTPUTF8 if international else SMTP
    policy = base.clone(cte_type="7bit", header_factory=headers)
    mail = EmailMessage(policy=policy)
    mail["Subject"] = subject
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = _address(letter.recipient, international=international)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.key}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.switch:  # RFC 8058
        mail["List-Unsubscribe"] = f"<{_switch(letter, sender)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(body)
    mail["Content-Language"] = language  # set_content forgets what was said of an earlier content
    return mail


def written(letter: Letter, sender: Sender) -> tuple[str, str, str]:
    """Subject, text, and the language they are really in: English where nobody has translated."""
    language = letter.language if _is_translated(letter.language) else "en"
    template = _templates(language).get_template(f"{letter.kind}.txt")
    text = template.render(
        letter.facts,
        home=_home(letter, sender),
        site_name=sender.site_name,
        switch=_switch(letter, sender),
        lasts=timedelta(days=sender.unconfirmed_days),
    )
    subject, _line, body = text.lstrip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n", language


def _home(letter: Letter, sender: Sender) -> str:
    return f"{sender.public_url}/{letter.language}"


def _switch(letter: Letter, sender: Sender) -> str:
    """The page that switches this kind of mail off, for people and for their mail programs."""
    return f"{_home(letter, sender)}/mails/{letter.switch}"


def _address(recipient: str, *, international: bool) -> Address:
    """With an ASCII name any server takes the mail, for the domain has an ASCII form, too."""
    local, _at, domain = recipient.rpartition("@")
    if not international:
        domain = idna.encode(domain, uts46=True).decode()
    return Address(username=local, domain=domain)


@cache
def _templates(language: str) -> Environment:
    environment = plain.environment("mail", language)
    babel = "en_GB" if language == "en" else language

    def day(iso: str, later: timedelta = timedelta()) -> str:
        return format_date(datetime.fromisoformat(iso) + later, "long", locale=babel)

    def moment(iso: str, zone: str) -> str:
        return moments.said(datetime.fromisoformat(iso), zone=zone, language=babel)

    environment.filters.update(day=day, moment=moment, apart=apart)
    return environment


def apart(text: str) -> str:
    """A title, kept from turning the line around it: invisible marks about what may run leftwards."""
    turns = any(bidirectional(sign) in {"R", "AL"} for sign in text)
    return f"\u2068{text}\u2069" if turns else text


def _is_translated(language: str) -> bool:
    return isinstance(plain.translations(language), Translations)
