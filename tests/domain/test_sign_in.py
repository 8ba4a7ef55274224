"""Signing in with a password."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from argon2 import PasswordHasher
from flask import Flask

from lms.database import db
from lms.domain import accounts, journal, passwords, sign_in
from lms.domain.errors import Invalid
from lms.domain.permissions import System
from lms.models import User

EMAIL, PASSWORD = "amina@ngo.example", "seven green boats"


def add(password: str | None = PASSWORD, *, confirmed: bool = True) -> User:
    person = accounts.add_person(
        System(), name="Amina", email=EMAIL, password=password, confirmed=confirmed
    )
    db.session.commit()
    return person


def signed_in_as(email: str, password: str) -> User | None:
    entrance = sign_in.sign_in(sign_in.prove(email, password), "Firefox")
    return accounts.person_signed_in(entrance.token)


def refusal(email: str, password: str) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        sign_in.prove(email, password)
    return refused.value.field, str(refused.value)


def test_the_right_password_signs_in(app: Flask) -> None:
    amina = add()
    assert signed_in_as(" Amina@NGO.example ", PASSWORD) is amina


def test_the_newest_unconfirmed_person_signs_in_too(app: Flask) -> None:
    owner, _old, new = (
        add(),
        add("older green boats", confirmed=False),
        add("newer green boats", confirmed=False),
    )
    assert signed_in_as(EMAIL, PASSWORD) is owner
    assert signed_in_as(EMAIL, "newer green boats") is new
    refusal(EMAIL, "older green boats")


def test_of_two_equal_passwords_the_owner_of_the_address_counts(app: Flask) -> None:
    add(confirmed=False)
    owner = add()
    add(confirmed=False)
    assert signed_in_as(EMAIL, PASSWORD) is owner


def test_every_failure_sounds_the_same(app: Flask) -> None:
    wrong = ("email", "The address and the password do not belong together.")
    assert refusal(EMAIL, PASSWORD) == wrong
    without = add(None)
    assert refusal(EMAIL, PASSWORD) == wrong
    without.password_hash = passwords.hashed(PASSWORD)
    assert refusal(EMAIL, PASSWORD + "!") == wrong
    assert refusal(EMAIL, "") == wrong
    assert refusal(EMAIL, "x" * 100_000) == wrong


def test_who_knows_the_password_of_a_closed_account_hears_that_it_is_closed(app: Flask) -> None:
    add().suspended_at = journal.now()
    db.session.flush()
    assert refusal(EMAIL, PASSWORD + "!") == (
        "email",
        "The address and the password do not belong together.",
    )
    assert refusal(EMAIL, PASSWORD) == (
        "email",
        "This account is closed. Write to us if that is a mistake.",
    )


@pytest.mark.parametrize("people", [(), (True,), (False,), (True, False), (False, False, True)])
@pytest.mark.parametrize("password", [PASSWORD, "another password"])
def test_time_tells_nothing_because_two_passwords_are_always_tried(
    app: Flask, people: tuple[bool, ...], password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for confirmed in people:
        add(confirmed=confirmed)
    tried = count_verifications(monkeypatch)
    with suppress(Invalid):
        sign_in.prove(EMAIL, password)
    assert len(tried) == 2
    assert [kept.split("$")[1:4] for kept in tried] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 2


def count_verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords are tried against from now on."""
    tried: list[str] = []
    verify: Callable[[str, str], bool] = passwords.hasher.verify

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            tried.append(str(hash))
            return verify(str(hash), str(password))

    monkeypatch.setattr(
        passwords, "hasher", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    )
    return tried


def test_an_outdated_hash_is_made_anew(app: Flask) -> None:
    amina = add()
    amina.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.commit()
    assert signed_in_as(EMAIL, PASSWORD) is amina
    assert amina.password_hash is not None
    assert not passwords.is_outdated(amina.password_hash)
    assert signed_in_as(EMAIL, PASSWORD) is amina


def test_a_password_that_was_changed_meanwhile_does_not_sign_in(app: Flask) -> None:
    amina = add()
    proof = sign_in.prove(EMAIL, PASSWORD)
    amina.password_hash = passwords.hashed("another password")
    db.session.commit()
    with pytest.raises(Invalid):
        sign_in.sign_in(proof, "Firefox")
