"""Anyone checks a certificate by its number, and learns what it is worth, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from lms import limits
from lms.database import db
from lms.domain import catalogue, certification, journal, numbers
from lms.models import Certificate, Course, Revocation, RevocationKind, User
from lms.web import checks
from tests.conftest import SMALL, Browser, Publish, SignIn

EARNED = datetime(2026, 5, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def certificate(amina: User, publish: Publish) -> Certificate:
    """Amina's, valid for three years."""
    course_md = SMALL["course.md"].replace("license:", "partners: Open Harbour\nlicense:")
    words = "---\nsigned_by: Tomás Rivera, Trainer\nvalid: 3 years\n---\n"
    edition = publish("small", {**SMALL, "course.md": course_md, "certificate.md": words})
    made = certification.issue(
        amina,
        db.session.get_one(Course, edition.course_id),
        edition,
        catalogue.text_of(edition),
        percent=80,
        earned_at=EARNED,
    )
    assert made is not None
    made.issued_at = datetime(2026, 5, 23, tzinfo=UTC)
    made.valid_until = journal.now() + timedelta(days=700)
    db.session.commit()
    return made


def revoke(certificate: Certificate, kind: RevocationKind, reason: str = "") -> None:
    """End it, whoever does that."""
    at = datetime(2026, 6, 9, tzinfo=UTC)
    db.session.add(
        Revocation(
            certificate_id=certificate.id,
            kind=kind,
            at=at,
            by="system",
            reason=reason,
        )
    )
    db.session.commit()


# --- the short address --------------------------------------------------------------------------


def test_the_square_code_leads_to_the_page_in_the_readers_language(
    visitor: Browser, certificate: Certificate
) -> None:
    answer = visitor.get(f"/c/{certificate.number}", headers={"Accept-Language": "ar, en;q=0.5"})

    assert (answer.status_code, answer.location) == (302, f"/ar/c/{certificate.number}")
    assert visitor.get("/c").location == "/en/c"
    assert visitor.get("/c/").location == "/en/c/"


@pytest.mark.parametrize("form", ["{}-{}-{}", "{} {} {}"])
def test_what_people_type_leads_to_the_one_address(
    visitor: Browser, certificate: Certificate, form: str
) -> None:
    number = certificate.number
    typed = form.format(number[:4], number[4:8], number[8:]).lower()

    answer = visitor.get(f"/en/c/{typed}")

    assert (answer.status_code, answer.location) == (302, f"/en/c/{number}")


# --- what it says -------------------------------------------------------------------------------


def test_a_valid_certificate_shows_every_fact(visitor: Browser, certificate: Certificate) -> None:
    answer = visitor.get(f"/en/c/{certificate.number}")

    assert answer.status_code == 200
    for said in (
        "This certificate is genuine and valid",
        "It was issued by NPOC Learn on",
        "<b><bdi>Amina</bdi></b>",
        "Certificate of completion",
        "Names in short",
        "1 hour, in English",
        "80%",
        "Tomás Rivera, Trainer",
        "Not-for-Profit Operational Concerns Constituency",
        "<bdi>Open Harbour</bdi>",
        numbers.show(certificate.number),
        "Edition 1",
        f"sha256 {certificate.edition_digest}",
    ):
        assert said in answer.text
    for date in (EARNED, certificate.issued_at, certificate.valid_until):
        assert str(date)[:4] in answer.text


def test_no_mail_address_and_no_secret_is_on_it(
    visitor: Browser, certificate: Certificate, amina: User
) -> None:
    page = visitor.get(f"/en/c/{certificate.number}").text

    for hidden in ("@", certificate.salt, amina.public_id, certificate.number + ".pdf"):
        assert hidden not in page


def test_it_reads_in_arabic_from_right_to_left(visitor: Browser, certificate: Certificate) -> None:
    page = visitor.get(f"/ar/c/{certificate.number}").text

    assert '<html lang="ar" dir="rtl">' in page
    assert '<dd><span lang="en" dir="ltr">Names in short</span></dd>' in page
    assert "الإنجليزية" in page


def test_what_there_is_not_is_not_shown(visitor: Browser, amina: User, small: Course) -> None:
    edition = catalogue.current_edition(small)
    made = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=EARNED
    )
    assert made is not None
    db.session.commit()

    page = visitor.get(f"/en/c/{made.number}").text

    for absent in ("Score", "Valid until", "Signed by", "Partner", "None"):
        assert f">{absent}<" not in page


def test_a_language_that_nobody_knows_is_shown_by_its_code(
    visitor: Browser, certificate: Certificate
) -> None:
    db.session.execute(update(Certificate).values(language="qaa-x-own"))
    db.session.commit()

    answer = visitor.get(f"/en/c/{certificate.number}")

    assert (answer.status_code, "in qaa-x-own" in answer.text) == (200, True)


def test_a_hostile_title_stays_text(visitor: Browser, certificate: Certificate) -> None:
    hostile = '<script>alert("100% %s")</script>'
    db.session.execute(
        update(Certificate).values(
            title=hostile, issuer=hostile, holder_name=hostile, course_title=hostile
        )
    )
    db.session.commit()

    page = visitor.get(f"/en/c/{certificate.number}").text

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(&#34;100% %s&#34;)") == 4


def test_one_that_has_run_out_says_so(visitor: Browser, certificate: Certificate) -> None:
    certificate.valid_until = datetime(2026, 6, 1, tzinfo=UTC)
    db.session.commit()

    page = visitor.get(f"/en/c/{certificate.number}").text

    assert "This certificate was genuine and has run out" in page
    assert "<b><bdi>Amina</bdi></b>" in page


def test_one_that_was_withdrawn_says_only_that(visitor: Browser, certificate: Certificate) -> None:
    revoke(certificate, RevocationKind.WITHDRAWN)

    answer = visitor.get(f"/en/c/{certificate.number}")

    assert "This certificate was withdrawn" in answer.text
    assert "withdrawn by its holder on" in answer.text
    for hidden in ("Amina", "Names in short", "80%"):
        assert hidden not in answer.text


@pytest.mark.parametrize("reason", ["", "issued to the wrong person"])
def test_one_that_was_revoked_says_why(
    visitor: Browser, certificate: Certificate, reason: str
) -> None:
    revoke(certificate, RevocationKind.REVOKED, reason=reason)

    page = visitor.get(f"/en/c/{certificate.number}").text

    assert "This certificate was revoked" in page
    assert ("The reason: issued to the wrong person" in page) is bool(reason)


def test_its_holder_finds_the_file_and_the_way_to_withdraw(
    sign_in: SignIn, amina: User, eve: User, certificate: Certificate
) -> None:
    number = certificate.number

    browser, other = sign_in(amina), sign_in(eve)
    mine, hers = (one.get(f"/en/c/{number}").text for one in (browser, other))

    for link in (f"/en/certificates/{number}.pdf", f"/en/certificates/{number}/withdrawal"):
        assert link in mine
        assert link not in hers


# --- no such number -----------------------------------------------------------------------------


def test_a_number_that_was_never_issued_is_unknown(visitor: Browser) -> None:
    number = numbers.new()

    answer = visitor.get(f"/en/c/{number}")

    assert answer.status_code == 404
    assert "We know no certificate with this number" in answer.text
    assert numbers.show(number) in answer.text


def test_a_slip_is_told_apart_beside_the_field(visitor: Browser, certificate: Certificate) -> None:
    other = "0" if certificate.number[-1] != "0" else "1"
    typed = certificate.number[:-1] + other

    for address in (f"/en/c/{typed}", f"/en/c/?number={typed}"):
        answer = visitor.get(address)

        assert answer.status_code == 422
        assert "One sign seems mistyped. Compare it with the paper once more." in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{typed}"' in answer.text


# --- the form -----------------------------------------------------------------------------------


def test_the_form_asks_for_a_number(visitor: Browser) -> None:
    page = visitor.get("/en/c/").text

    assert '<form class="stack" action="/en/c/">' in page
    assert 'name="number"' in page


def test_the_form_leads_to_the_certificate(visitor: Browser, certificate: Certificate) -> None:
    answer = visitor.get("/en/c/", query_string={"number": f" {certificate.number.lower()} "})

    assert (answer.status_code, answer.location) == (303, f"/en/c/{certificate.number}")


# --- what it is not -----------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/en/c/", "/en/c/7K3M", "/en/c/{}", "/en/c/4MDGEFEE2YMT"])
def test_it_is_found_by_no_search_engine_and_kept_in_no_cache(
    visitor: Browser, certificate: Certificate, address: str
) -> None:
    answer = visitor.get(address.format(certificate.number))

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_one_network_cannot_try_number_after_number(
    visitor: Browser, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS", 2)
    statuses = [visitor.get(f"/en/c/{numbers.new()}").status_code for _ in range(3)]

    answer = visitor.get(f"/en/c/{certificate.number}")

    assert statuses == [404, 404, 429]
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= checks.QUARTER
    assert limits.network("127.0.0.1") == "127.0.0.1"
