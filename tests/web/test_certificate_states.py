"""The pages on which a certificate is corrected, earned again and revoked; a file that is compared."""

from datetime import timedelta
from io import BytesIO

import pytest

from lms import files
from lms.database import db
from lms.domain import catalogue, certification, numbers, transparency
from lms.models import Certificate, User
from lms.web import certificates, checks
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn
from tests.domain.test_certification import WORDS, issue
from tests.domain.test_diplomas import course as page_course
from tests.domain.test_diplomas import finish, path
from tests.domain.test_renewing import finish as pass_everything

PDF = b"%PDF-1.7 the certificate"


@pytest.fixture
def certificate(amina: User, publish: Publish) -> Certificate:
    """With a file, valid for three years."""
    publish("small", {**SMALL, **WORDS})
    made = issue(amina, catalogue.find_course("small"))
    certification.keep_file(made.id, files.put(PDF))
    db.session.commit()
    return made


def answers(page: str) -> list[str]:
    """Which of the three answers about a file are shown."""
    lines = [line for line in page.splitlines() if "data-answer=" in line]
    return [line.split('"')[3] for line in lines if " hidden>" not in line]


def sent(browser: Browser, number: str, data: bytes) -> str:
    form = {"file": (BytesIO(data), "x.pdf")}
    answer = browser.post(f"/en/c/{number}", data=form, content_type="multipart/form-data")
    assert answer.status_code == 200
    return answer.text


# --- a file -------------------------------------------------------------------------------------


def test_without_javascript_a_file_is_compared_and_not_kept(
    visitor: Browser, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.get(f"/en/c/{certificate.number}").text
    assert f'data-digest="{certificate.pdf_digest}"' in page
    assert "js/compare." in page
    assert answers(page) == []

    assert answers(sent(visitor, certificate.number, PDF)) == ["same"]
    assert answers(sent(visitor, certificate.number, PDF[:-1] + b"!")) == ["other"]
    missing = visitor.post(f"/en/c/{certificate.number}")
    assert (missing.status_code, answers(missing.text)) == (422, [])
    assert 'id="file-error"' in missing.text
    assert visitor.post("/en/c/4MDGEFEE2YMT").status_code == 404
    assert visitor.post("/en/c/nonsense").status_code == 404
    monkeypatch.setattr(certificates, "LARGEST", 10)
    too_large = {"file": (BytesIO(PDF), "x.pdf")}
    assert visitor.post(f"/en/c/{certificate.number}", data=too_large).status_code == 413
    monkeypatch.setattr(checks, "CHECKS", 0)
    assert visitor.post(f"/en/c/{certificate.number}").status_code == 429


def test_the_page_shows_every_digest(
    visitor: Browser, certificate: Certificate, clock: Clock, eve: User
) -> None:
    address = f"/en/c/{certificate.number}"
    assert "It is added in a moment." in visitor.get(address).text
    transparency.append_next()
    db.session.commit()
    clock.forward(days=1)
    transparency.close_next_day()
    certificate.log_head = transparency.newest_head()
    db.session.commit()

    page = visitor.get(address).text

    assert "Entry 1, 1 March 2027" in page
    for digest in (
        certificate.edition_digest,
        certificate.pdf_digest,
        certificate.log_digest,
        certificate.log_head,
    ):
        assert f"{digest}</span>" in page
    assert "Completion" in page


# --- the name -----------------------------------------------------------------------------------


def test_its_holder_corrects_the_name_and_the_old_number_leads_to_the_new_one(
    sign_in: SignIn, visitor: Browser, amina: User, eve: User, certificate: Certificate
) -> None:
    browser, old = sign_in(amina), certificate.number
    page = f"/en/certificates/{old}/name"
    assert f'href="{page}"' in browser.get(f"/en/c/{old}").text
    assert "has that name already" in browser.get(page).text
    assert browser.post(page).status_code == 409
    assert sign_in(eve).get(page).status_code == 403
    certification.set_certificate_name(amina, "Amina Diallo")
    db.session.commit()
    assert "can be corrected twice" in browser.get(page).text

    answer = browser.post(page)

    assert answer.status_code == 303
    new = answer.location.rpartition("/")[2]
    shown = visitor.get(f"/en/c/{old}").text
    assert "The name on it was corrected on" in shown
    assert f'<a class="number" href="/en/c/{new}">{numbers.show(new)}</a>' in shown
    assert "<b><bdi>Amina Diallo</bdi></b>" in shown
    assert "<bdi>Amina</bdi>" not in shown
    assert "corrected on" not in visitor.get(f"/en/c/{new}").text
    made = certification.find(new)
    assert made is not None
    certification.keep_file(made.id, files.put(PDF + b"2"))
    db.session.commit()
    assert answers(sent(visitor, old, PDF)) == ["earlier"]
    assert answers(sent(visitor, old, PDF + b"2")) == ["same"]
    assert answers(sent(visitor, new, PDF)) == ["other"]
    mine = browser.get("/en/my-learning").text
    assert (old in mine, new in mine) == (False, True)


# --- earning it again ---------------------------------------------------------------------------


def test_a_page_says_what_is_to_do_to_earn_it_again(
    sign_in: SignIn, amina: User, publish: Publish, clock: Clock
) -> None:
    publish("small", {**SMALL, **WORDS})
    small = catalogue.find_course("small")
    first = pass_everything(amina, small)
    browser, page = sign_in(amina), f"/en/certificates/{first.number}/renewal"
    assert first.valid_until is not None
    assert "A new one can be earned from" in browser.get(page).text
    assert browser.post(page).status_code == 409
    clock.moment = first.valid_until + timedelta(days=1)
    browser = sign_in(amina)

    assert f'href="{page}"' in browser.get("/en/my-learning").text
    assert f'href="{page}"' in browser.get(f"/en/c/{first.number}").text
    told = browser.get(page).text
    assert 'href="/en/courses/small/names/quiz"' in told
    assert "what-is-a-name" not in told


def test_without_tests_one_button_issues_it(
    sign_in: SignIn, amina: User, publish: Publish, clock: Clock
) -> None:
    publish(
        "small", {path: text for path, text in {**SMALL, **WORDS}.items() if "quiz" not in path}
    )
    first = pass_everything(amina, catalogue.find_course("small"))
    clock.forward(days=4 * 365)
    browser, page = sign_in(amina), f"/en/certificates/{first.number}/renewal"
    assert "Issue a new certificate" in browser.get(page).text

    answer = browser.post(page)

    assert answer.status_code == 303
    assert "This certificate is genuine and valid" in browser.get(answer.location).text
    mine = browser.get("/en/my-learning").text
    assert "Expired" in mine
    assert page not in mine  # there is a newer one


def test_one_without_an_end_and_a_diploma_do_not_run_out(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    for slug in ("one", "two"):
        page_course(publish, slug, hours="a few")
    path("one", "two")
    finish(amina, "one", "two")
    diploma, _two, one = certification.certificates_of(amina)
    browser = sign_in(amina)

    assert "does not run out" in browser.get(f"/en/certificates/{one.number}/renewal").text
    assert browser.get(f"/en/certificates/{diploma.number}/renewal").status_code == 404
    page = browser.get(f"/en/c/{diploma.number}").text
    for said in (
        "Diploma: all courses of a path",
        "First steps",
        "<dd>in English</dd>",
        "<dt>Path",
    ):
        assert said in page
    assert "Diploma" in browser.get("/en/my-learning").text
    assert "gets a diploma" in browser.get("/en/paths/first").text
    record = browser.get("/en/my-learning/record.json").json or {}
    assert [row["kind"] for row in record["certificates"]] == [
        "completion",
        "completion",
        "diploma",
    ]


# --- revoking -----------------------------------------------------------------------------------


def test_an_administrator_revokes_it_and_everybody_reads_why(
    sign_in: SignIn, visitor: Browser, amina: User, ada: User, certificate: Certificate
) -> None:
    number = certificate.number
    page = f"/en/admin/certificates/{number}/revocation"
    browser = sign_in(ada)
    assert f'href="{page}"' in browser.get(f"/en/c/{number}").text
    assert page not in sign_in(amina).get(f"/en/c/{number}").text
    assert sign_in(amina).get(page).status_code == 403
    assert browser.get("/en/admin/certificates/4MDGEFEE2YMT/revocation").status_code == 404
    assert "This cannot be undone" in browser.get(page).text
    wrong = browser.post(page, data={"reason": " "})
    assert (wrong.status_code, 'id="reason-error"' in wrong.text) == (422, True)

    answer = browser.post(page, data={"reason": "Somebody else sat the exam."})

    assert (answer.status_code, answer.location) == (303, f"/en/c/{number}")
    shown = visitor.get(answer.location).text
    assert "The reason: Somebody else sat the exam." in shown
    assert browser.post(page, data={"reason": "Again."}).status_code == 409
    mine = sign_in(amina)
    assert "Revoked" in mine.get("/en/my-learning").text
    assert "Have it withdrawn" not in mine.get(f"/en/c/{number}").text
    assert mine.get(f"/en/certificates/{number}/withdrawal").location == f"/en/c/{number}"
    log = browser.get("/en/admin/audit").text
    assert "revoked a certificate" in log
    assert "Somebody else sat the exam." in log


def test_the_course_page_says_what_its_certificate_is(visitor: Browser, publish: Publish) -> None:
    meeting = "---\ntitle: We meet\nkind: attendance\n---\n\nHere.\n"
    course_md = SMALL["course.md"].replace("certificate: yes", "certificate: attendance")
    publish("small", {**SMALL, "course.md": course_md, "01-names/meet.md": meeting})

    assert "Certificate of attendance" in visitor.get("/en/courses/small/").text
