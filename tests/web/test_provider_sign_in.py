"""Signing in at an organisation's own provider, against a real one on this machine."""

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from lms import openid
from lms.database import db
from lms.domain import accounts, links, organisations, provider_accounts
from lms.domain.permissions import System
from lms.models import (
    Event,
    LinkPurpose,
    Membership,
    OutgoingMail,
    ProviderAccount,
    SecondStep,
    User,
    Verb,
)
from lms.models import SignIn as SignInRow
from tests.conftest import Browser, person
from tests.domain.test_second_step import code_of, with_app
from tests.provider import CLIENT, SECRET, OpenIdProvider, other_key, running, shared_key, unsigned

AMINA = {"email": "amina@ngo.example", "email_verified": True, "name": "Amina Diallo"}


@pytest.fixture(scope="module")
def loopback() -> Iterator[OpenIdProvider]:
    """One server for all tests."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(app: Flask, loopback: OpenIdProvider) -> OpenIdProvider:
    """It vouches for ngo.example, and behaves."""
    fresh = OpenIdProvider(loopback.issuer, person=dict(AMINA))
    loopback.__dict__.update(fresh.__dict__)
    configure(app, loopback)
    return loopback


def configure(app: Flask, provider: OpenIdProvider, **changes: object) -> None:
    """As OPENID_PROVIDERS would say it."""
    entry = {
        "key": "harbour",
        "name": "Open Harbour",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "domains": ("ngo.example",),
        **changes,
    }
    app.config["OPENID_PROVIDERS"] = (entry,)
    openid.init_app(app)


def go(visitor: Browser, to: str = "") -> "tuple[str, str]":
    """To the provider and back to our page; the code and the state that it sends."""
    query = {"next": to} if to else {}
    left = visitor.get("/en/sign-in/with/harbour", query_string=query)
    assert left.status_code == 303, left.text
    assert left.headers["Cache-Control"] == "no-store"
    there = requests.get(left.headers["Location"], allow_redirects=False, timeout=10)
    came = urlsplit(there.headers["Location"])
    assert (came.scheme, came.netloc, came.path) == (
        "http",
        "localhost",
        "/sign-in/with/harbour/back",
    )
    query_back = parse_qs(came.query)
    return query_back["code"][0], query_back["state"][0]


def finish(visitor: Browser, code: str, state: str) -> "tuple[int, str, str]":
    """Press the button of our page."""
    page = visitor.get("/en/sign-in/with/harbour/back", query_string={"code": code, "state": state})
    assert page.status_code == 200
    assert "data-go-on" in page.text
    answer = visitor.post("/en/sign-in/with/harbour/back", data={"code": code, "state": state})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def sign_in_there(visitor: Browser, to: str = "") -> "tuple[int, str, str]":
    """All of it."""
    return finish(visitor, *go(visitor, to))


def newest() -> SignInRow:
    """The sign-in that was made last."""
    row = db.session.scalars(select(SignInRow).order_by(SignInRow.id.desc())).first()
    assert row is not None
    return row


def test_the_sign_in_page_offers_it(provider: OpenIdProvider, visitor: Browser) -> None:
    page = visitor.get("/en/sign-in").text
    assert 'href="/en/sign-in/with/harbour">Sign in with Open Harbour</a>' in page


def test_a_vouched_address_finds_its_account(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    assert sign_in_there(visitor, "/en/courses/small/")[:2] == (303, "/en/courses/small/")
    row = db.session.scalars(select(ProviderAccount)).one()
    assert (row.user_id, row.subject) == (amina.id, "person-7")
    assert (newest().user_id, newest().second_step) == (amina.id, None)
    assert Verb.CONNECTED in db.session.scalars(select(Event.verb)).all()
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.recipient, mail.facts["what"]) == ("amina@ngo.example", "connected")
    provider.person = {"email": "quite.another@elsewhere.example"}
    assert sign_in_there(visitor)[0] == 303  # issuer and subject count from now on
    assert newest().user_id == amina.id
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/keys") == 1


def test_a_vouched_address_without_account_gets_one(
    provider: OpenIdProvider, visitor: Browser, app: Flask
) -> None:
    organisations.make_manager(System(), person("Lin"), slug="harbour", name="Open Harbour")
    db.session.commit()
    configure(app, provider, organisation="harbour")
    assert sign_in_there(visitor)[:2] == (303, "/en/my-learning")
    amina = accounts.owner_of("amina@ngo.example")
    assert amina is not None
    assert (amina.name, amina.password_hash) == ("Amina Diallo", None)
    assert db.session.scalars(select(Membership.user_id)).all()[-1] == amina.id


def test_a_person_without_a_name_is_called_as_the_address(
    provider: OpenIdProvider, visitor: Browser
) -> None:
    provider.person = {**AMINA, "name": " – ", "email_verified": "true"}
    assert sign_in_there(visitor)[0] == 303
    assert db.session.scalars(select(User.name)).one() == "amina"


@pytest.mark.parametrize(
    "claims",
    [
        {**AMINA, "email_verified": False},
        {"email": "amina@ngo.example"},
        {"email": "amina@elsewhere.example", "email_verified": True},
    ],
)
def test_an_address_nobody_vouches_for_is_confirmed_by_mail_in_this_browser(
    provider: OpenIdProvider, visitor: Browser, claims: dict[str, object]
) -> None:
    provider.person = claims
    owner = person("Amina")
    owner.email = owner.email_key = str(claims["email"])
    db.session.commit()
    assert sign_in_there(visitor)[:2] == (303, "/en/links/sent")
    assert db.session.scalars(select(ProviderAccount)).all() == []
    assert db.session.scalars(select(SignInRow)).all() == []

    mail = db.session.scalars(select(OutgoingMail)).one()
    link = f"/en/links/{mail.facts['token']}"
    assert "Open Harbour" in visitor.get(link).text
    answer = visitor.post(link, data={"connect": ""})
    assert answer.status_code == 303
    assert db.session.scalars(select(ProviderAccount.user_id)).one() == owner.id
    assert newest().user_id == owner.id
    assert sign_in_there(visitor)[0] == 303


def test_the_mail_alone_or_another_browser_connects_nothing(
    provider: OpenIdProvider, visitor: Browser, app: Flask, amina: User
) -> None:
    provider.person = {"email": "amina@ngo.example"}
    sign_in_there(visitor)
    first, second = (links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS) for _n in range(2))
    db.session.commit()
    other = app.test_client()
    assert isinstance(other, Browser)
    assert "Open Harbour" not in other.get(f"/en/links/{first}").text
    other.post(f"/en/links/{first}", data={"connect": ""})
    visitor.post(f"/en/links/{second}")  # signs in without connecting
    assert db.session.scalars(select(ProviderAccount)).all() == []


def test_a_note_about_another_address_connects_nothing(
    provider: OpenIdProvider, visitor: Browser, amina: User, eve: User
) -> None:
    provider.person = {"email": "amina@ngo.example"}
    sign_in_there(visitor)
    token = links.make(eve, LinkPurpose.ENTER, lasts=links.LASTS)
    db.session.commit()
    visitor.post(f"/en/links/{token}", data={"connect": ""})
    assert db.session.scalars(select(ProviderAccount)).all() == []


def test_without_an_address_nobody_is_found(
    provider: OpenIdProvider, visitor: Browser, app: Flask
) -> None:
    provider.person = {"email": "no address"}
    status, _to, page = sign_in_there(visitor)
    assert status == 403
    assert "does not say what your e-mail address is" in page


def test_an_address_in_userinfo_counts_when_the_subject_is_the_same(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    provider.person = {}
    provider.described = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.in_userinfo = {"sub": "somebody else", **AMINA}
    assert sign_in_there(visitor)[0] == 403
    provider.in_userinfo = {"sub": "person-7", **AMINA}
    assert sign_in_there(visitor)[0] == 303
    assert newest().user_id == amina.id


# --- the second step ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "amr", "done"),
    [
        ("amr", ["pwd"], False),
        ("amr", None, False),
        ("amr", ["mfa"], True),
        ("amr", ["pwd", "otp"], True),
        ("amr", ["otp"], False),
        ("yes", None, True),
        ("no", ["mfa"], False),
    ],
)
def test_the_providers_second_step_counts_only_as_it_or_the_operator_says(
    provider: OpenIdProvider,
    visitor: Browser,
    app: Flask,
    amina: User,
    setting: str,
    amr: list[str] | None,
    done: bool,
) -> None:
    configure(app, provider, second_step=setting)
    provider.person = {**AMINA, "amr": amr}
    sign_in_there(visitor)
    assert newest().second_step is (SecondStep.PROVIDER if done else None)


def test_our_own_second_step_comes_before_anything_is_connected(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    secret = with_app(amina, accounts.sign_in(amina, "phone"))
    db.session.commit()
    before = newest().id
    status, to, _page = sign_in_there(visitor)
    assert (status, to) == (303, "/en/sign-in/second-step?next=/en/my-learning")
    assert newest().id == before
    assert db.session.scalars(select(ProviderAccount)).all() == []
    answer = visitor.post("/en/sign-in/second-step", data={"code": code_of(secret, seconds=30)})
    assert answer.status_code == 303
    assert newest().second_step is SecondStep.CODE_APP
    assert db.session.scalars(select(ProviderAccount.user_id)).one() == amina.id


def test_a_mail_that_connects_waits_for_the_second_step_too(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    secret = with_app(amina, accounts.sign_in(amina, "phone"))
    db.session.commit()
    provider.person = {"email": "amina@ngo.example"}
    sign_in_there(visitor)
    token = links.make(amina, LinkPurpose.ENTER, lasts=links.LASTS)
    db.session.commit()
    visitor.post(f"/en/links/{token}", data={"connect": ""})
    assert db.session.scalars(select(ProviderAccount)).all() == []
    visitor.post("/en/sign-in/second-step", data={"code": code_of(secret, seconds=30)})
    assert db.session.scalars(select(ProviderAccount.user_id)).one() == amina.id


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another client"},
        {"aud": [CLIENT, "another"]},  # without saying for whom (azp)
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"at_hash": "another"},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_is_refused(
    provider: OpenIdProvider,
    visitor: Browser,
    amina: User,
    wrong: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider.wrong = wrong
    status, _to, page = sign_in_there(visitor)
    assert status == 403
    assert "Open Harbour did not confirm who you are." in page
    assert any("provider harbour: refused" in line for line in caplog.messages)
    assert db.session.scalars(select(SignInRow)).all() == []


def test_no_signature_or_one_of_others_is_refused(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "person-7", "exp": now + 300, **AMINA}
    provider.token = unsigned({**claims, "iat": now})
    assert sign_in_there(visitor)[0] == 403
    provider.token = ""
    provider.key, provider.algorithm = shared_key(), "HS256"
    assert sign_in_there(visitor)[0] in (403, 503)
    assert db.session.scalars(select(SignInRow)).all() == []


def test_a_new_key_of_the_provider_is_fetched(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    assert sign_in_there(visitor)[0] == 303
    provider.key, provider.algorithm = other_key(), "ES256"
    assert sign_in_there(visitor)[0] == 303
    assert provider.asked.count("/keys") == 2


def test_a_subject_that_is_too_long_is_refused(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    provider.wrong = {"sub": "x" * 256}
    assert sign_in_there(visitor)[0] == 503


def test_only_who_was_sent_may_come_back_and_only_once(
    provider: OpenIdProvider, visitor: Browser, app: Flask, amina: User
) -> None:
    code, state = go(visitor)
    other = app.test_client()
    assert isinstance(other, Browser)
    assert finish(other, code, state)[0] == 403
    assert finish(visitor, code, "another state")[0] == 403
    kept = visitor.get_cookie("provider")
    assert kept is not None
    assert finish(visitor, code, state)[0] == 303
    visitor.set_cookie("provider", kept.value, domain="localhost")
    assert finish(visitor, code, state)[0] == 403  # the provider gives nothing twice for a code


def test_a_note_counts_once_even_if_the_provider_gives_twice(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    code, state = go(visitor)
    kept, asked = visitor.get_cookie("provider"), dict(provider.codes)
    assert kept is not None
    assert finish(visitor, code, state)[0] == 303
    provider.codes.update(asked)
    visitor.set_cookie("provider", kept.value, domain="localhost")
    status, _to, page = finish(visitor, code, state)
    assert status == 403
    assert "This was done already." in page


def test_somebody_who_was_not_let_in_hears_so(provider: OpenIdProvider, visitor: Browser) -> None:
    answer = visitor.get("/en/sign-in/with/harbour/back?error=access_denied")
    assert answer.status_code == 403
    assert "Open Harbour did not let you in." in answer.text


def test_a_suspended_account_stays_closed(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    sign_in_there(visitor)
    accounts.owner_of("amina@ngo.example").suspended_at = amina.created_at  # type: ignore[union-attr]
    db.session.commit()
    assert sign_in_there(visitor)[0] == 403


def test_a_provider_nobody_configured_is_a_404(visitor: Browser) -> None:
    assert visitor.get("/en/sign-in/with/nobody").status_code == 404


# --- when the provider is down ------------------------------------------------------------------


def test_a_provider_that_is_down_is_a_sentence_and_is_left_alone_for_a_while(
    provider: OpenIdProvider, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    provider.status = 500
    for _time in range(2):
        answer = visitor.get("/en/sign-in/with/harbour")
        assert answer.status_code == 503
        assert "Open Harbour does not answer at the moment." in answer.text
    assert provider.asked == ["/.well-known/openid-configuration"]
    assert [line for line in caplog.messages if "does not answer" in line]


def test_nobody_listening_is_the_same(
    provider: OpenIdProvider, visitor: Browser, app: Flask
) -> None:
    configure(app, provider, issuer="http://127.0.0.1:9")
    assert visitor.get("/en/sign-in/with/harbour").status_code == 503


def test_when_it_fails_at_the_end_one_tries_again_with_the_same_button(
    provider: OpenIdProvider, visitor: Browser, app: Flask, amina: User
) -> None:
    code, state = go(visitor)
    provider.status = 502
    status, _to, page = finish(visitor, code, state)
    assert status == 503
    assert "Try again" in page
    assert "data-go-on" not in page
    provider.status = 200
    openid.clients()["harbour"].resting_until = 0.0  # half a minute later
    assert finish(visitor, code, state)[0] == 303


def test_one_that_calls_itself_otherwise_or_answers_nonsense_is_not_asked_further(
    provider: OpenIdProvider, visitor: Browser
) -> None:
    provider.described = {"issuer": "https://elsewhere.example"}
    assert visitor.get("/en/sign-in/with/harbour").status_code == 503
    provider.described = {"authorization_endpoint": None}
    assert visitor.get("/en/sign-in/with/harbour").status_code == 503
    provider.nonsense = True
    assert visitor.get("/en/sign-in/with/harbour").status_code == 503


def test_few_threads_wait_for_a_provider(provider: OpenIdProvider, visitor: Browser) -> None:
    slots = openid.clients()["harbour"].slots
    for _slot in range(3):  # of four threads that write
        assert slots.acquire(blocking=False)
    assert visitor.get("/en/sign-in/with/harbour").status_code == 503
    slots.release()
    assert visitor.get("/en/sign-in/with/harbour").status_code == 303


def test_one_that_wants_the_secret_in_the_form_gets_it_there(
    provider: OpenIdProvider, visitor: Browser, amina: User
) -> None:
    provider.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert sign_in_there(visitor)[0] == 303


# --- on the account page ------------------------------------------------------------------------


def test_it_is_seen_and_disconnected_on_the_account_page(
    provider: OpenIdProvider, visitor: Browser, amina: User, app: Flask
) -> None:
    sign_in_there(visitor)
    row = db.session.scalars(select(ProviderAccount.id)).one()
    page = visitor.get("/en/account/second-step").text
    assert "Open Harbour" in page
    app.config["OPENID_PROVIDERS"] = None
    openid.init_app(app)
    assert provider.issuer in visitor.get("/en/account/second-step").text
    address = f"/en/account/second-step/providers/{row}/removal"
    assert visitor.post(address).location == "/en/account/second-step?done=removed"
    assert visitor.post(address).status_code == 404
    assert provider_accounts.of(accounts.owner_of("amina@ngo.example")) == []  # type: ignore[arg-type]
