"""What a certificate says: the words of certificate.md with the learner's facts in them."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime

from lms.content.outline import CertificateText, CertificateWords, CourseText
from lms.content.questions import Wait
from lms.domain.errors import _
from lms.models import Award, User

TITLES = {
    Award.COMPLETION: _("Certificate of completion"),
    Award.ACHIEVEMENT: _("Certificate of achievement"),
    Award.ATTENDANCE: _("Certificate of attendance"),
    Award.DIPLOMA: _("Diploma"),
}
STATEMENTS = {
    Award.COMPLETION: _("has completed the course"),
    Award.ACHIEVEMENT: _("has passed the exam of the course"),
    Award.ATTENDANCE: _("has taken part in the course"),
    Award.DIPLOMA: _("has completed every course of the path"),
}
ISSUER = _("Not-for-Profit Operational Concerns Constituency")
CRITERIA = {
    Award.COMPLETION: _(
        "Every lesson that the course asks for is done, and every quiz and exam that it asks for is passed."
    ),
    Award.ACHIEVEMENT: _("The exam of the course is passed, and what it asks for besides is done."),
    Award.ATTENDANCE: _("The holder took part in the meetings that the course asks for."),
    Award.DIPLOMA: _("The certificates of all courses of the path are held."),
}
"""In English, shown in the certificate's language: all these are in the catalogues."""

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
    award = Award(certificate.award.value)
    return Wording(
        language=language,
        course=shortened(text.say(language).title, 500),
        title=shortened(words.title or TITLES[award], 200),
        statement=statement_for(user.name_on_certificate, text, language, percent),
        signatories=tuple((one.name, one.role) for one in words.signatories),
    )


def statement_for(name: str, text: CourseText, language: str, percent: int | None) -> str:
    """What a certificate in this language says of somebody."""
    certificate = text.certificate or CertificateText(text.language)
    usual = STATEMENTS[Award(certificate.award.value)]
    words = _words(certificate, language).statement
    if not words.strip() or ("{score}" in words and percent is None):
        return usual  # the author gave none, or asks for a score that there is not
    facts = {
        "name": name,
        "course": text.say(language).title,
        "hours": text.hours,
        "score": str(percent),
    }
    return shortened(BLANK.sub(lambda blank: facts[blank[1]], _plain(words)), 1000)


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


def _plain(markdown: str) -> str:
    """Markdown as one line of plain text: a certificate has its own typography."""
    text = LINK.sub(r"\1", " ".join(markdown.split()))
    return ESCAPE.sub(r"\1", EMPHASIS.sub("", text))
