"""What a certificate says, in which language, and until when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.outline import CertificateText, CertificateWords, CourseText, Signatory, Words
from lms.content.questions import Wait
from lms.domain import wording
from lms.models import User

pytestmark = pytest.mark.once

AMINA = User(
    name="Amina Diallo",
    email="amina@ngo.example",
    email_key="amina@ngo.example",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    language="ar",
)
SOURCE = CertificateWords(
    "en",
    "Certificate of attendance",
    "**{name}** has completed\nthe course [{course}](x) (\\*{hours} hours) with _{score}_ %.",
    (Signatory("Carlos Rivera", "Trainer"),),
)
ARABIC = CertificateWords("ar", "شهادة حضور", "حضرت الدورة {course}")
COURSE = CourseText(
    language="en",
    languages=("en", "ar"),
    words={"en": Words("en", "Names & * in {short}"), "ar": Words("ar", "الأسماء")},
    parts=(),
    modules=(),
    hours="6",
    certificate=CertificateText("en", {"en": SOURCE}),
)


def test_the_words_of_the_course_hold_the_facts() -> None:
    words = wording.wording_for(AMINA, COURSE, 80)

    assert words.language == "en"
    assert words.title == "Certificate of attendance"
    assert words.statement == (
        "Amina Diallo has completed the course Names & * in {short} (*6 hours) with 80 %."
    )
    assert words.signatories == (("Carlos Rivera", "Trainer"),)


def test_it_is_in_the_learners_language_where_all_of_it_exists() -> None:
    both = CertificateText("en", {"en": SOURCE, "ar": ARABIC})

    words = wording.wording_for(AMINA, replace(COURSE, certificate=both), 80)

    assert (words.language, words.course, words.title) == ("ar", "الأسماء", "شهادة حضور")
    assert words.statement == "حضرت الدورة الأسماء"


def test_without_words_of_its_own_it_says_the_usual() -> None:
    words = wording.wording_for(AMINA, replace(COURSE, certificate=CertificateText("en")), None)

    assert (words.language, words.title) == ("ar", "Certificate of completion")
    assert words.statement == "has completed the course"
    assert words.signatories == ()


def test_a_course_without_the_learners_language_keeps_its_own() -> None:
    english = replace(COURSE, languages=("en",), certificate=None)

    assert wording.wording_for(AMINA, english, None).language == "en"


def test_a_score_that_there_is_not_is_not_told() -> None:
    assert wording.wording_for(AMINA, COURSE, None).statement == "has completed the course"


def test_nothing_grows_longer_than_its_column() -> None:
    long = CertificateWords("en", "T" * 300, "S" * 2000)
    course = replace(
        COURSE,
        words={"en": Words("en", "C" * 600)},
        languages=("en",),
        certificate=CertificateText("en", {"en": long}),
    )

    words = wording.wording_for(AMINA, course, None)

    assert [len(text) for text in (words.title, words.statement, words.course)] == [200, 1000, 500]
    assert words.title.endswith("T…")


@pytest.mark.parametrize(
    ("start", "written", "end"),
    [
        ("2026-05-23", "3 years", "2029-05-23"),
        ("2028-02-29", "1 year", "2029-02-28"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2026-12-31", "12 months", "2027-12-31"),
        ("2026-12-01", "90 days", "2027-03-01"),
    ],
)
def test_months_and_years_are_counted_by_the_calendar(start: str, written: str, end: str) -> None:
    begin = datetime.fromisoformat(f"{start}T10:00:00+00:00")

    later = wording.later(begin, Wait(written, timedelta(days=90)))

    assert later.isoformat() == f"{end}T10:00:00+00:00"


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 600),
)
def test_so_many_months_later_is_never_earlier_or_a_month_too_late(day: date, months: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)

    later = wording.later(start, Wait(f"{months} months", timedelta(days=1)))

    assert timedelta(days=28 * months - 1) < later - start < timedelta(days=31 * months + 1)
