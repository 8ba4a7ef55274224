"""Certificates on paper: frozen facts become a tagged A4 page, and the same facts the same bytes."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import segno
from babel import Locale
from babel.numbers import format_percent
from babel.support import NullTranslations

from lms.render import archival, fitting, forms, paper, signature
from lms.render.drawing import Code
from lms.render.fitting import Size
from lms.render.signature import Signer

BADGE = "credential.json"
"""The name of the file that is attached."""
NAME = (
    Size("", 13.9, 1),
    Size("at-30", 16.7, 1),
    Size("at-25", 20.0, 1),
    Size("at-21", 23.8, 1),
    Size("at-18", 27.8, 1),
    Size("two-lines", 27.8, 2),
    Size("two-at-15", 33.4, 2),
    Size("two-at-13", 38.6, 2),
    Size("three-lines", 41.8, 3),
    Size("four-lines", 55.7, 4),
)
"""177 mm at 36 points and less; two lines first at 18, three at 12, four at 9."""
COURSE = (Size("", 23.8, 2), Size("at-16", 31.3, 3), Size("at-12", 41.8, 4), Size("at-8", 62.7, 6))
"""177 mm at 21 points and less."""
STATEMENT = (Size("", 40.1, 2), Size("at-9", 55.7, 4), Size("at-6", 78.4, 12))
"""177 mm at 12.5 points and less."""


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What a certificate says; ``number`` as printed, ``address`` is where it can be checked.

    partner_logo, partner_signature: pictures of the partner; the last signatory is theirs.
    log_head: the head of the transparency log when it was issued, as it is published.
    """

    number: str
    address: str
    site_name: str
    logo: bytes = b""
    partner_logo: bytes = b""
    partner_signature: bytes = b""
    holder_name: str
    course_title: str
    language: str
    hours: str
    percent: int | None
    title: str
    statement: str
    signatories: tuple[tuple[str, str], ...]
    partners: tuple[str, ...]
    issuer: str
    issued_at: datetime
    valid_until: datetime | None
    log_head: str | None = None


def certificate_pdf(
    facts: CertificateFacts, *, credential: bytes = b"", signer: Signer | None = None
) -> bytes:
    """The page as PDF/A-3a and PDF/UA-1, with its badge and a signature if there are any."""
    shared = certificate_html(facts, own=False)
    pictures = (facts.logo, facts.partner_logo, facts.partner_signature)
    form = forms.form(shared, pictures, rare=paper.is_rare(shared + facts.holder_name))
    document = form.filled(_own(facts), partial(certificate_html, facts, own=True))
    _describe(document.metadata, facts)
    made: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a",
        output_intent=archival.COLOURS,
        pdf_identifier=sha256(facts.number.encode()).digest()[:16],
        attachments=_attached(facts, credential),
        finisher=partial(_finish, facts=facts, signer=signer),
    )
    return signature.sign(made, signer) if signer else made


def _own(facts: CertificateFacts) -> forms.Own:
    """What no other certificate of the course says."""
    return forms.Own(
        name=facts.holder_name,
        number=facts.number,
        code=_code(facts.address),
        said=_code_said(facts),
        look=(
            fitting.choose(facts.holder_name, NAME),
            facts.title,
            _short(facts.address),
        ),
    )


def _code_said(facts: CertificateFacts) -> str:
    words = paper.translations(paper.spoken(facts.language))
    text = words.gettext("Square code with the address %(address)s")
    return text % {"address": facts.address}


def _describe(metadata: Any, facts: CertificateFacts) -> None:
    """For lists of files, and as the title of the window."""
    title = paper.translations(paper.spoken(facts.language)).gettext(facts.title)
    metadata.title, metadata.description = f"{title}: {facts.holder_name}", facts.course_title
    metadata.authors, metadata.keywords = [facts.site_name], [facts.number]
    metadata.created = f"{facts.issued_at:%Y-%m-%dT%H:%M:%SZ}"


def _attached(facts: CertificateFacts, credential: bytes) -> list[Any]:
    """The badge, as the data that the page shows."""
    from weasyprint import Attachment

    if not credential:
        return []
    how = {"description": "Open Badge 3.0", "relationship": "Data"}
    at = {"created": facts.issued_at, "modified": facts.issued_at}
    return [Attachment(string=credential.decode(), name=BADGE, **how, **at)]


def _finish(_document: Any, pdf: Any, *, facts: CertificateFacts, signer: Signer | None) -> None:
    gap = None
    if signer is not None:
        gap = signature.gap(signer, facts.site_name, facts.course_title, facts.issued_at)
    words = paper.translations(paper.spoken(facts.language))
    archival.archive(pdf, words.gettext("Digital signature"), gap)


def certificate_html(facts: CertificateFacts, *, own: bool) -> str:
    """A part as WeasyPrint reads it: one person's own, or what many share. Each fact is escaped."""
    language = paper.spoken(facts.language)
    locale = paper.locale_of(language)
    words = paper.translations(language)
    before, after = _around(facts, words)
    return (
        paper.templates(language)
        .get_template("certificate.html")
        .render(
            own=own,
            facts=facts,
            locale=locale,
            title=words.gettext(facts.title),  # in the template, _() would take it for markup
            issuer=words.gettext(facts.issuer),
            before=before,
            after=after,
            name_size=fitting.choose(facts.holder_name, NAME) if own else "",
            course_size=fitting.choose(facts.course_title, COURSE, bold=True),
            statement_size=fitting.choose(f"{before} {after}", STATEMENT),
            language_name=paper.language_name(facts.language, language),
            said=_said(facts, after),
            hours=int(facts.hours) if facts.hours.isdecimal() else None,
            percent=_percent(facts, locale),
            day=lambda moment: paper.day(moment, locale),
            direct=paper.direction(facts.language),
            code=forms.CODE,
            code_said=_code_said(facts),
            short_address=_short(facts.address),
        )
    )


def _percent(facts: CertificateFacts, locale: Locale) -> str | None:
    return None if facts.percent is None else format_percent(facts.percent / 100, locale=locale)


def _around(facts: CertificateFacts, words: NullTranslations) -> tuple[str, str]:
    """The statement before and after the course's title; the name stands above it already."""
    before, _title, after = words.gettext(facts.statement).partition(facts.course_title)
    return before.strip().removeprefix(facts.holder_name).strip(), after.strip()


def _said(facts: CertificateFacts, after: str) -> frozenset[str]:
    """Which of the facts the statement has told, so that they are not told twice."""
    told = "".join(sign if sign.isdigit() else " " for sign in after).split()
    values = {"hours": facts.hours, "percent": str(facts.percent)}
    return frozenset(name for name, value in values.items() if value in told)


def _short(address: str) -> str:
    """What one types by hand: ``learn.npoc.example/c``."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path.rpartition('/')[0]}"


def _code(address: str) -> Code:
    """The square code; a run of dark cells is one rectangle."""
    # Any mask can be read; to try all eight takes longer than all else here.
    matrix = segno.make(address, error="m", micro=False, mask=3).matrix
    runs = []
    for row, cells in enumerate(matrix):
        column = 0
        for dark in bytes(cells).split(b"\0"):
            if dark:
                runs.append((column, row, len(dark)))
            column += len(dark) + 1
    return Code(len(matrix), runs)
