"""What a certificate says: the words of certificate.md with the learner's facts in them."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime

from lms.content.outline import CertificateText, CertificateWords, CourseText
from lms.content.questions import Wait
from lms.domain.errors import _
from lms.models import User

TITLE = _("Certificate of completion")
STATEMENT = _("has completed the course")
ISSUER = _("Not-for-Profit Operational Concerns Constituency")
CRITERIA = _(
    "Every lesson that the course asks for is done, and every quiz and exam that it asks for is passed."
)
"""In English, shown in the certificate's language: these four are in the catalogues."""

BLANK = re.compile(r"\{(name|course|hours|score)\}")
MONTHS = re.compile(r"(\d+) (month|year)s?", re.IGNORECASE)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
EMPHASIS = re.compile(r"(?<!\\)(\*\*|__|[*_`])")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one certificate, as plain text, in one language."""

    language: str
    course: str
    title: str
    statement: str
    signatories: tuple[tuple[str, str], ...]


def wording_for(user: User, text: CourseText, percent: int | None) -> Wording:
    """In the learner's language where the whole certificate exists in it, else in the source's."""
    certificate = text.certificate or CertificateText(text.language)
    language = _language(user, text, certificate)
    words = _words(certificate, language)
    course = text.say(language).title
    return Wording(
        language=language,
        course=shortened(course, 500),
        title=shortened(words.title or TITLE, 200),
        statement=shortened(_statement(words, user, course, text.hours, percent), 1000),
        signatories=tuple((one.name, one.role) for one in words.signatories),
    )


def later(start: datetime, wait: Wait) -> datetime:
    """Months and years by the calendar: three years after 23 May is 23 May."""
    found = MONTHS.fullmatch(wait.written.strip())
    if not found:
        return start + wait.length
    months = int(found[1]) * (12 if found[2].lower() == "year" else 1)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def shortened(text: str, most: int) -> str:
    """Never longer than the column it is kept in."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _language(user: User, text: CourseText, certificate: CertificateText) -> str:
    known = user.language in text.languages
    worded = not certificate.words or user.language in certificate.words
    return user.language if known and worded else text.language


def _words(certificate: CertificateText, language: str) -> CertificateWords:
    """None of its own: the usual ones."""
    source = certificate.words.get(certificate.language) or CertificateWords(language, "", "")
    return certificate.words.get(language, source)


def _statement(
    words: CertificateWords, user: User, course: str, hours: str, percent: int | None
) -> str:
    """The usual words, where the author gave none or asks for a score that there is not."""
    if not words.statement.strip() or ("{score}" in words.statement and percent is None):
        return STATEMENT
    facts = {
        "name": user.name_on_certificate,
        "course": course,
        "hours": hours,
        "score": str(percent),
    }
    return BLANK.sub(lambda blank: facts[blank[1]], _plain(words.statement))


def _plain(markdown: str) -> str:
    """Markdown as one line of plain text: a certificate has its own typography."""
    text = LINK.sub(r"\1", " ".join(markdown.split()))
    return ESCAPE.sub(r"\1", EMPHASIS.sub("", text))
