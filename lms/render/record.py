"""A learning record on paper: tagged A4 pages in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from lms.render import paper


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """A course; title is in language, finished_at None until then."""

    title: str
    language: str
    hours: str
    began_at: datetime
    finished_at: datetime | None
    done: int
    required: int


@dataclass(frozen=True, kw_only=True)
class CertificateLine:
    """A certificate; remark: why it is worth nothing any more, "" when it is valid.

    kind: what it is, "" for one of completion.
    """

    kind: str
    title: str
    language: str
    percent: int | None
    issued_at: datetime
    address: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """What the record says, as plain values; hours: of the finished courses."""

    language: str
    site_name: str
    logo: bytes = b""
    holder_name: str
    made_at: datetime
    hours: int
    courses: tuple[CourseLine, ...]
    certificates: tuple[CertificateLine, ...]


def record_pdf(facts: RecordFacts) -> bytes:
    """The record as PDF/UA-1."""
    return paper.sheets(record_html(facts), {paper.LOGO: facts.logo})


def record_html(facts: RecordFacts) -> str:
    """The pages as WeasyPrint reads them; every fact is escaped."""
    return paper.upright("record.html", facts)
