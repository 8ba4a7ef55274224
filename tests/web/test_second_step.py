"""The pages of the second step: signing in with it, setting it up, and what roles may do without."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain import accounts, factors, journal, passwords, recovery_codes
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    OutgoingMail,
    Passkey,
    RecoveryCode,
    SecondStep,
    User,
)
from lms.models import SignIn as SignInRow
from tests.authenticator import Device
from tests.conftest import Browser, Clock, SignIn, person
from tests.domain.test_second_step import code_of, with_app, with_passkey

PASSWORD = "seven green boats"
STEP = "/en/sign-in/second-step"
PAGE = "/en/account/second-step"


@pytest.fixture
def learner(amina: User) -> User:
    """Amina with a password."""
    amina.password_hash = passwords.hashed(PASSWORD)
    db.session.commit()
    return amina


@pytest.fixture
def secret(learner: User, clock: Clock) -> str:
    """She has an app, and its next code was not used yet."""
    found = with_app(learner, accounts.sign_in(learner, "phone"))
    db.session.commit()
    clock.forward(minutes=1)
    return found


def first_step(visitor: Browser, to: str = "/en/courses/small/") -> str:
    """The password; where that leads."""
    data = {"email": "amina@ngo.example", "password": PASSWORD, "next": to}
    answer = visitor.post("/en/sign-in", data=data)
    assert answer.status_code == 303
    return str(answer.location)


def is_signed_in(visitor: Browser) -> bool:
    return visitor.get("/en/account").status_code == 200


def sign_ins() -> int:
    return len(db.session.scalars(select(SignInRow.id)).all())


# --- signing in ---------------------------------------------------------------------------------


def test_after_the_password_comes_the_code(secret: str, visitor: Browser) -> None:
    before = sign_ins()
    assert first_step(visitor) == f"{STEP}?next=/en/courses/small/"
    assert not is_signed_in(visitor)
    assert sign_ins() == before
    page = visitor.get(STEP)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Code from your app" in page.text
    answer = visitor.post(STEP, data={"code": code_of(secret), "next": "/en/courses/small/"})
    assert (answer.status_code, answer.location) == (303, "/en/courses/small/")
    assert is_signed_in(visitor)
    assert visitor.get_cookie("step") is None
    row = db.session.scalars(select(SignInRow).order_by(SignInRow.id.desc())).first()
    assert row is not None
    assert row.second_step is SecondStep.CODE_APP


def test_a_wrong_code_stays_on_the_page(secret: str, visitor: Browser) -> None:
    first_step(visitor)
    answer = visitor.post(STEP, data={"code": "000000"})
    assert answer.status_code == 422
    assert "This code is not right" in answer.text
    assert not is_signed_in(visitor)


def test_without_a_first_step_there_is_no_second(secret: str, visitor: Browser) -> None:
    for answer in (visitor.get(STEP), visitor.post(STEP, data={"code": code_of(secret)})):
        assert answer.status_code == 410
        assert "Please begin again." in answer.text
    assert visitor.post(f"{STEP}/passkey").status_code == 404


def test_ten_minutes_are_enough(secret: str, visitor: Browser, clock: Clock) -> None:
    first_step(visitor)
    clock.forward(minutes=11)
    assert visitor.post(STEP, data={"code": code_of(secret)}).status_code == 410


def test_a_copy_of_the_cookie_is_worth_nothing_afterwards(
    secret: str, visitor: Browser, clock: Clock
) -> None:
    first_step(visitor)
    kept = visitor.get_cookie("step")
    assert kept is not None
    visitor.post(STEP, data={"code": code_of(secret)})
    visitor.set_cookie("step", kept.value, domain="localhost")
    clock.forward(minutes=1)
    answer = visitor.post(STEP, data={"code": code_of(secret)})
    assert answer.status_code == 410
    assert "This was done already." in answer.text


def test_codes_cannot_be_guessed(secret: str, visitor: Browser) -> None:
    first_step(visitor)
    answers = [visitor.post(STEP, data={"code": "000000"}).status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]
    assert visitor.post(STEP, data={"code": code_of(secret)}).status_code == 429


def test_a_recovery_code_does_it_once(secret: str, learner: User, visitor: Browser) -> None:
    code, *_others = recovery_codes.make(learner)
    db.session.commit()
    first_step(visitor)
    assert "I have my recovery codes only" in visitor.get(STEP).text
    assert visitor.post(STEP, data={"recovery": code}).status_code == 303
    visitor.delete_cookie("session")
    first_step(visitor)
    answer = visitor.post(STEP, data={"recovery": code})
    assert answer.status_code == 422
    assert "none of your codes" in answer.text


def test_a_link_by_mail_is_one_step_only(secret: str, visitor: Browser) -> None:
    visitor.post("/en/links", data={"email": "amina@ngo.example"})
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert mail is not None
    answer = visitor.post(f"/en/links/{mail.facts['token']}")
    assert answer.location.startswith(STEP)
    assert not is_signed_in(visitor)


def test_a_passkey_as_second_step(learner: User, visitor: Browser) -> None:
    device = Device(verifies=False)
    with_passkey(learner, accounts.sign_in(learner, "phone"), device)
    db.session.commit()
    first_step(visitor)
    question = visitor.post(f"{STEP}/passkey")
    assert question.status_code == 200
    answer = device.use(question.text)
    assert visitor.post(STEP, data={"answer": answer}).status_code == 303
    assert is_signed_in(visitor)
    assert visitor.post(STEP, data={"answer": answer}).status_code == 410


def test_a_passkey_alone(learner: User, visitor: Browser) -> None:
    device = Device()
    with_passkey(learner, accounts.sign_in(learner, "phone"), device)
    db.session.commit()
    assert "Sign in with a passkey" in visitor.get("/en/sign-in").text
    question = visitor.post("/en/sign-in/passkey/question")
    data = {"answer": device.use(question.text), "next": "/en/courses/small/"}
    answer = visitor.post("/en/sign-in/passkey", data=data)
    assert (answer.status_code, answer.location) == (303, "/en/courses/small/")
    assert is_signed_in(visitor)


def test_a_passkey_that_is_not_right_is_a_sentence(learner: User, visitor: Browser) -> None:
    visitor.post("/en/sign-in/passkey/question")
    answer = visitor.post("/en/sign-in/passkey", data={"answer": "{}"})
    assert answer.status_code == 422
    assert "This passkey was not accepted." in answer.text
    answer = visitor.post("/en/sign-in/passkey", data={"answer": "{}"})
    assert answer.status_code == 410  # a question is asked once
    assert visitor.post("/en/sign-in/passkey", data={}).status_code == 422


def test_no_passkeys_where_the_address_is_a_number(
    app: Flask, learner: User, visitor: Browser
) -> None:
    app.config["PUBLIC_URL"] = "http://127.0.0.1:8000"
    assert "passkey" not in visitor.get("/en/sign-in").text
    assert visitor.post("/en/sign-in/passkey/question").status_code == 404


# --- setting up ---------------------------------------------------------------------------------


def sealed_in(page: str) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def secret_in(page: str) -> str:
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found.group(1).replace(" ", "")


def test_an_app_is_set_up(amina: User, sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in(amina)
    page = browser.get(f"{PAGE}/app")
    assert page.headers["Cache-Control"] == "no-store"
    assert "<svg" in page.text
    assert "otpauth://totp/" in page.text
    secret, sealed = secret_in(page.text), sealed_in(page.text)
    wrong = browser.post(f"{PAGE}/app", data={"code": "1", "sealed": sealed})
    assert wrong.status_code == 422
    assert secret_in(wrong.text) == secret
    answer = browser.post(f"{PAGE}/app", data={"code": code_of(secret), "sealed": sealed})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/codes")

    codes = browser.get(f"{PAGE}/codes")
    shown = re.findall(r"<li><code>([0-9A-Z-]{29})</code></li>", codes.text)
    assert len(shown) == 10
    assert codes.headers["Cache-Control"] == "no-store"
    file = browser.get(f"{PAGE}/codes/file")
    assert file.headers["Content-Disposition"] == "attachment; filename=recovery-codes.txt"
    assert file.headers["Cache-Control"] == "no-store"
    assert all(code in file.text for code in shown)
    kept = browser.post(f"{PAGE}/codes/kept")
    assert kept.location == f"{PAGE}?done=codes"
    assert "Keep your recovery codes" in browser.get(kept.location).text
    for address in (f"{PAGE}/codes", f"{PAGE}/codes/file"):
        assert browser.get(address).location == PAGE


def test_a_secret_that_we_did_not_make_for_this_person_is_not_kept(
    amina: User, eve: User, sign_in: SignIn
) -> None:
    sealed = sealed_in(sign_in(eve).get(f"{PAGE}/app").text)
    browser = sign_in(amina)
    for given in (sealed, "invented", ""):
        answer = browser.post(f"{PAGE}/app", data={"code": "123456", "sealed": given})
        assert (answer.status_code, answer.location) == (303, f"{PAGE}/app")


def test_codes_of_somebody_who_was_here_before_are_not_shown(
    amina: User, eve: User, sign_in: SignIn, clock: Clock
) -> None:
    browser = sign_in(amina)
    page = browser.get(f"{PAGE}/app").text
    data = {"code": code_of(secret_in(page)), "sealed": sealed_in(page)}
    browser.post(f"{PAGE}/app", data=data)
    assert browser.get(f"{PAGE}/codes").status_code == 200
    browser.sign_in(eve)
    assert browser.get(f"{PAGE}/codes").status_code == 303
    browser.post("/en/sign-out")
    assert browser.get_cookie("codes") is None


def test_a_passkey_is_added_renamed_and_removed(
    learner: User, sign_in: SignIn, clock: Clock
) -> None:
    browser, device = sign_in(learner), Device()
    question = browser.post(f"{PAGE}/passkeys/question")
    data = {"answer": device.make(question.text), "name": "my phone"}
    assert browser.post(f"{PAGE}/passkeys", data=data).location == f"{PAGE}/codes"
    key = db.session.scalars(select(Passkey)).one()
    assert "my phone" in browser.get(PAGE).text

    renamed = browser.post(f"{PAGE}/passkeys/{key.id}", data={"name": "my old phone"})
    assert renamed.location == f"{PAGE}?done=renamed"
    assert "my old phone" in browser.get(PAGE).text

    removal = f"{PAGE}/passkeys/{key.id}/removal"
    assert browser.post(removal).location.startswith("/en/account/proof")
    assert "Present password" in browser.get("/en/account/proof").text
    question = browser.post("/en/account/proof/passkey")
    proof = {"answer": device.use(question.text), "next": PAGE}
    assert browser.post("/en/account/proof", data=proof).location == PAGE
    assert browser.post(removal).location == f"{PAGE}?done=removed"
    assert db.session.scalars(select(RecoveryCode)).all() == []


def test_a_second_one_brings_no_new_codes(secret: str, learner: User, sign_in: SignIn) -> None:
    browser, device = sign_in(learner), Device()
    question = browser.post(f"{PAGE}/passkeys/question")
    data = {"answer": device.make(question.text), "name": "my phone"}
    assert browser.post(f"{PAGE}/passkeys", data=data).location == f"{PAGE}?done=passkey"


def test_what_a_device_says_wrongly_is_a_sentence(amina: User, sign_in: SignIn) -> None:
    browser = sign_in(amina)
    browser.post(f"{PAGE}/passkeys/question")
    answer = browser.post(f"{PAGE}/passkeys", data={"answer": "{}"})
    assert answer.status_code == 422
    assert "This passkey was not accepted." in answer.text
    assert browser.post(f"{PAGE}/passkeys", data={"answer": "{}"}).status_code == 404


def test_who_has_not_confirmed_the_address_reads_why_not(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(person("Zoe", confirmed=False))
    assert "once your e-mail address is confirmed" in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/app").status_code == 403


# --- taking away asks for proof -----------------------------------------------------------------


def test_the_app_is_removed_after_the_password(secret: str, learner: User, sign_in: SignIn) -> None:
    browser = sign_in(learner)
    removal = f"{PAGE}/app/removal"
    asked = browser.post(removal, headers={"Referer": f"http://localhost{PAGE}"})
    assert (asked.status_code, asked.location) == (303, f"/en/account/proof?next={PAGE}")
    wrong = browser.post("/en/account/proof", data={"present": "wrong"})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    right = browser.post("/en/account/proof", data={"present": PASSWORD})
    assert right.location == PAGE
    assert browser.post(removal).location == f"{PAGE}?done=removed"
    assert not factors.has_any(learner)


def test_or_after_a_code(secret: str, learner: User, sign_in: SignIn) -> None:
    browser = sign_in(learner)
    assert browser.post("/en/account/proof", data={"code": code_of(secret)}).status_code == 303
    made = browser.post(f"{PAGE}/codes")
    assert made.location == f"{PAGE}/codes"
    assert len(re.findall(r"<li><code>", browser.get(f"{PAGE}/codes").text)) == 10


def test_a_passkey_that_answers_too_late_is_asked_again(learner: User, sign_in: SignIn) -> None:
    answer = sign_in(learner).post("/en/account/proof", data={"answer": "{}", "next": PAGE})
    assert (answer.status_code, answer.location) == (303, f"/en/account/proof?next={PAGE}")


def test_who_has_nothing_to_show_reads_what_to_do(amina: User, sign_in: SignIn) -> None:
    page = sign_in(amina).get("/en/account/proof").text
    assert "You have no password and no second step to show." in page


# --- roles --------------------------------------------------------------------------------------


def trainer_of(course: Course, user: User) -> User:
    db.session.add(
        CourseRoleGrant(
            user_id=user.id,
            course_id=course.id,
            role=CourseRole.TRAINER,
            at=journal.now(),
            by="system",
        )
    )
    db.session.commit()
    return user


def test_a_role_leads_to_setting_up_and_back(
    app: Flask, small: Course, eve: User, sign_in: SignIn, clock: Clock
) -> None:
    app.config["STAFF_SECOND_STEP"] = True
    trainer_of(small, eve)
    browser = sign_in(eve)
    desk = "/en/courses/small/reports"
    led = browser.get(desk)
    assert (led.status_code, led.location) == (303, f"{PAGE}?next={desk}")
    assert browser.get("/en/courses/small/names/what-is-a-name").status_code == 200
    assert browser.get("/en/my-learning").status_code == 200
    assert "Your role asks for it" in browser.get(led.location).text

    page = browser.get(f"{PAGE}/app", query_string={"next": desk}).text
    data = {"code": code_of(secret_in(page)), "sealed": sealed_in(page), "next": desk}
    to = browser.post(f"{PAGE}/app", data=data).location
    assert to == f"{PAGE}/codes?next={desk}"
    assert browser.post(f"{PAGE}/codes/kept", data={"next": desk}).location == desk
    assert browser.get(desk).status_code == 200


def test_without_the_setting_roles_need_none(small: Course, eve: User, sign_in: SignIn) -> None:
    browser = sign_in(trainer_of(small, eve))
    assert browser.get("/en/courses/small/reports").status_code == 200


@pytest.mark.parametrize("required", [False, True])
def test_a_signed_in_lesson_costs_no_statement_more(
    app: Flask,
    small: Course,
    eve: User,
    sign_in: SignIn,
    count_queries: list[str],
    required: bool,
) -> None:
    app.config["STAFF_SECOND_STEP"] = required
    browser = sign_in(eve)
    browser.get("/en/courses/small/names/what-is-a-name")
    count_queries.clear()
    browser.get("/en/courses/small/names/what-is-a-name")
    assert len(count_queries) == 2


def test_an_administrator_resets_somebody(
    secret: str, learner: User, ada: User, eve: User, sign_in: SignIn
) -> None:
    address = f"/en/admin/people/{learner.id}/second-step"
    assert sign_in(eve).post(address).status_code == 403
    answer = sign_in(ada).post(address, data={"next": f"/en/admin/people/{learner.id}"})
    assert (answer.status_code, answer.location) == (303, f"/en/admin/people/{learner.id}")
    assert not factors.has_any(learner)
    assert sign_in(ada).post("/en/admin/people/999/second-step").status_code == 404


def test_the_form_for_the_page_about_a_person(app: Flask, amina: User, visitor: Browser) -> None:
    with app.test_request_context("/en/"):
        form = app.jinja_env.get_template("accounts/_reset_second_step.html").module
        html = str(form.reset_second_step(amina, "/en/admin/people/1"))  # type: ignore[attr-defined]
    assert f'action="/en/admin/people/{amina.id}/second-step"' in html


def test_over_https_the_notes_are_bound_to_the_host(
    app: Flask, secret: str, visitor: Browser
) -> None:
    app.config["PUBLIC_URL"] = "https://localhost"
    data = {"email": "amina@ngo.example", "password": PASSWORD}
    answer = visitor.post("/en/sign-in", data=data)
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert re.match(
        r"__Host-step=[\w-]+=*; .*Max-Age=600; Secure; HttpOnly; Path=/; SameSite=Lax$", cookie
    )
