"""Links by mail: asking for one, and the page behind it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.database import db
from lms.domain import journal, links, passwords
from lms.models import MailLink, OutgoingMail, SignIn, User
from tests.conftest import Browser, person
from tests.elsewhere import elsewhere

EMAIL = "amina@ngo.example"


def newest_token() -> str:
    mail = select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)
    return str(db.session.scalars(mail).one().facts["token"])


def confirmation_for(who: User) -> str:
    links.send_confirmation(who)
    db.session.commit()
    return newest_token()


def ask(visitor: Browser, path: str = "/en/links", email: str = EMAIL) -> str:
    assert visitor.post(path, data={"email": email}).status_code == 303
    return newest_token()


def who(visitor: Browser) -> str | None:
    """Whose account page this browser sees."""
    found = re.search(r'<p class="intro"><bdi>(.*?)</bdi>', visitor.get("/en/account").text)
    return found[1] if found else None


# --- asking for one -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/en/links", "/en/new-password"])
def test_the_page_after_asking_is_the_same_with_and_without_an_account(
    visitor: Browser, amina: User, path: str
) -> None:
    assert visitor.get(path).status_code == 200
    known, unknown = (
        visitor.post(path, data={"email": email}) for email in (EMAIL, "nobody@ngo.example")
    )
    assert known.location == unknown.location == "/en/links/sent"
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert db.session.scalars(select(OutgoingMail.recipient).order_by(OutgoingMail.id)).all() == [
        EMAIL,
        "nobody@ngo.example",
    ]


def test_the_page_after_asking_leads_to_the_mails_in_development_only(visitor: Browser) -> None:
    page = visitor.get("/en/links/sent").text
    assert "Look into your mailbox" in page
    assert '<p><a href="/dev/mail">' in page


@pytest.mark.parametrize("path", ["/en/links", "/en/new-password"])
def test_an_address_that_is_none_is_refused_beside_the_field(visitor: Browser, path: str) -> None:
    response = visitor.post(path, data={"email": "amina"})
    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert 'value="amina"' in response.text


def test_nobodys_mailbox_is_filled(visitor: Browser) -> None:
    answers = [
        visitor.post(path, data={"email": EMAIL}).status_code
        for path in ["/en/links", "/en/new-password"] * 4
    ]
    assert answers == [303] * 6 + [429] * 2
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 6


# --- using it -----------------------------------------------------------------------------------


def test_opening_a_link_uses_nothing_and_is_kept_nowhere(visitor: Browser, amina: User) -> None:
    token = ask(visitor)
    for _ in range(2):
        response = visitor.get(f"/en/links/{token}")
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        assert response.headers.getlist("Set-Cookie") == []
        assert "You sign in to the account with this address:" in response.text
    assert visitor.head(f"/en/links/{token}").status_code == 200
    assert db.session.scalars(select(MailLink.used_at)).all() == [None]
    assert who(visitor) is None


def test_the_button_signs_in_once(visitor: Browser, amina: User) -> None:
    amina.password_hash = passwords.hashed("seven green boats")
    db.session.commit()
    token = ask(visitor)
    response = visitor.post(f"/en/links/{token}")
    assert (response.status_code, response.location) == (303, "/en/my-learning")
    assert who(visitor) == "Amina"
    again = visitor.post(f"/en/links/{token}")
    assert again.status_code == 410
    assert "This link does not work any more" in again.text
    assert 'action="/en/links"' in again.text


def test_an_old_or_mistyped_link_offers_a_new_one(visitor: Browser, amina: User) -> None:
    token = ask(visitor)
    db.session.execute(update(MailLink).values(expires_at=journal.now() - timedelta(seconds=1)))
    db.session.commit()
    for path in (f"/en/links/{token}", "/en/links/mistyped"):
        for response in (visitor.get(path), visitor.post(path)):
            assert (response.status_code, response.headers["Cache-Control"]) == (410, "no-store")
            assert 'action="/en/links"' in response.text


def test_a_newcomer_confirms_the_address_in_the_same_browser(visitor: Browser) -> None:
    visitor.post(
        "/en/sign-up", data={"name": "Amina", "email": EMAIL, "password": "seven green boats"}
    )
    token = newest_token()
    page = visitor.get(f"/en/links/{token}").text
    assert "You confirm that this address is yours:" in page
    assert visitor.post(f"/en/links/{token}").location == "/en/my-learning"
    [amina] = db.session.scalars(select(User))
    assert amina.confirmed_at is not None
    assert passwords.fits("seven green boats", amina.password_hash)


def test_elsewhere_the_password_dies_and_a_new_one_is_offered(visitor: Browser) -> None:
    amina = person("Amina", confirmed=False)
    amina.password_hash = passwords.hashed("eve knows this one")
    token = confirmation_for(amina)
    response = visitor.post(f"/en/links/{token}")
    assert (response.status_code, response.location) == (303, "/en/account/password")
    assert db.session.scalars(select(User.password_hash)).all() == [None]
    assert who(visitor) == "Amina"


def test_a_second_account_made_here_is_joined_and_the_page_says_so(
    visitor: Browser, amina: User
) -> None:
    again = person("Again", confirmed=False)
    again.email, again.email_key = EMAIL, EMAIL
    token = confirmation_for(again)
    visitor.sign_in(again)
    page = visitor.get(f"/en/links/{token}").text
    assert "What you have learnt in this browser is added to that account." in page
    assert "somebody else" not in page
    visitor.post(f"/en/links/{token}")
    assert who(visitor) == "Amina"
    db.session.expire_all()
    assert again.suspended_at is not None


def test_who_is_signed_in_as_somebody_else_is_told(
    visitor: Browser, amina: User, eve: User
) -> None:
    token = ask(visitor)
    visitor.sign_in(eve)
    page = visitor.get(f"/en/links/{token}").text
    assert "In this browser you are signed in as somebody else" in page
    assert "<bdi>Eve</bdi>" in page
    visitor.post(f"/en/links/{token}")
    assert who(visitor) == "Amina"
    rows = db.session.scalars(select(SignIn).order_by(SignIn.id)).all()
    assert [(row.user_id, row.ended_at is None) for row in rows] == [
        (eve.id, False),
        (amina.id, True),
    ]


def test_a_reset_asks_for_a_new_password_and_signs_in(visitor: Browser, amina: User) -> None:
    token = ask(visitor, "/en/new-password")
    page = visitor.get(f"/en/links/{token}").text
    assert 'autocomplete="new-password"' in page
    assert f'value="{EMAIL}"' in page
    response = visitor.post(f"/en/links/{token}", data={"password": "seven green boats"})
    assert (response.status_code, response.location) == (303, "/en/my-learning")
    assert who(visitor) == "Amina"
    db.session.expire_all()
    assert passwords.fits("seven green boats", amina.password_hash)
    assert visitor.get(f"/en/links/{token}").status_code == 410


def test_a_weak_new_password_leaves_the_link_as_it_is(visitor: Browser, amina: User) -> None:
    token = ask(visitor, "/en/new-password")
    response = visitor.post(f"/en/links/{token}", data={"password": EMAIL})
    assert response.status_code == 422
    assert "Too easy: it is a name or an address that others know." in response.text
    assert visitor.get(f"/en/links/{token}").status_code == 200


def test_a_link_used_at_the_same_moment_elsewhere_is_used(
    visitor: Browser, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ask(visitor, "/en/new-password")
    hashed: Callable[[str], str] = passwords.hashed

    def hash_while_another_is_faster(password: str) -> str:
        elsewhere(update(MailLink).values(used_at=journal.now()))
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", hash_while_another_is_faster)
    response = visitor.post(f"/en/links/{token}", data={"password": "seven green boats"})
    assert response.status_code == 410
    db.session.expire_all()
    assert amina.password_hash is None


def test_the_link_of_a_closed_account_says_so(visitor: Browser, amina: User) -> None:
    token = ask(visitor)
    amina.suspended_at = journal.now()
    db.session.commit()
    response = visitor.post(f"/en/links/{token}")
    assert response.status_code == 403
    assert "This account is closed." in response.text
