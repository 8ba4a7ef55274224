"""The file, for its holder: at once, or as soon as the worker has made it."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import update

from lms import files
from lms.database import db
from lms.domain import catalogue, certification, journal, numbers
from lms.models import Certificate, Course, User
from lms.printing import facts_of
from lms.render.pdf import certificate_pdf
from tests.conftest import Browser, SignIn


@pytest.fixture
def certificate(amina: User, small: Course) -> Certificate:
    """Amina's, without a file yet."""
    edition = catalogue.current_edition(small)
    made = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    assert made is not None
    db.session.commit()
    return made


@pytest.fixture
def printed(certificate: Certificate) -> Certificate:
    """The same with its file."""
    certification.keep_file(certificate.id, files.put(certificate_pdf(facts_of(certificate))))
    db.session.commit()
    return certificate


def test_while_there_is_no_file_the_page_says_so_and_looks_again(
    sign_in: SignIn, amina: User, certificate: Certificate
) -> None:
    answer = sign_in(amina).get(f"/en/certificates/{certificate.number}.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Refresh"] == "2"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Your certificate is being made" in answer.text


def test_the_file_is_an_attachment_that_no_cache_keeps(
    sign_in: SignIn, amina: User, printed: Certificate, tmp_path: Path
) -> None:
    answer = sign_in(amina).get(f"/en/certificates/{printed.number}.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    (tmp_path / "c.pdf").write_bytes(answer.data)
    said = subprocess.run(
        ["pdftotext", tmp_path / "c.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for fact in ("Amina", "Names in short", numbers.show(printed.number), "localhost/c"):
        assert fact in said


@pytest.mark.parametrize("name", ["Amina", "عائشة بنت محمد", "李小龍", 'A/B\\C:"D"*', "x" * 200])
def test_its_name_tells_it_apart_in_any_script(
    sign_in: SignIn, amina: User, printed: Certificate, name: str
) -> None:
    db.session.execute(update(Certificate).values(holder_name=name))
    db.session.commit()

    header = (
        sign_in(amina).get(f"/en/certificates/{printed.number}.pdf").headers["Content-Disposition"]
    )

    shown = numbers.show(printed.number)
    found = re.fullmatch(
        r"attachment; filename=\"certificate-([0-9A-Z-]+)\.pdf\"; filename\*=UTF-8''([\x21-\x7e]+)",
        header,
    )
    assert found is not None
    assert found[1] == shown
    expected = re.sub(r'[/\\:"*]', "-", name[:60])
    assert unquote(found[2]) == f"{expected} – Names in short – {shown}.pdf"


def test_strangers_do_not_get_it(
    sign_in: SignIn, visitor: Browser, eve: User, printed: Certificate
) -> None:
    address = f"/en/certificates/{printed.number}.pdf"

    assert sign_in(eve).get(address).status_code == 403
    assert visitor.get(address).status_code == 303
    assert "sign-in" in str(visitor.get(address).location)


@pytest.mark.parametrize("number", ["nonsense", "4MDGEFEE2YMT"])
def test_there_must_be_one(sign_in: SignIn, amina: User, number: str) -> None:
    assert sign_in(amina).get(f"/en/certificates/{number}.pdf").status_code == 404
