"""Passwords: allowed, kept, compared."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from lms.domain import passwords
from lms.domain.errors import Invalid

pytestmark = pytest.mark.once

ABOUT = ("Fatoumata Bâ-N’Diaye", "fatoumata.ba@cleanwaternow.example", "NPOC Learn")


def refusal(password: str) -> str:
    with pytest.raises(Invalid) as refused:
        passwords.check(password, about=ABOUT)
    assert refused.value.field == "password"
    return str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "seven green boats",
        "ماء نظيف للجميع",
        "水清则无鱼人至察则无徒",
        " \t spaces \u00a0 ",
        "🐟🐠🐡🦈🐬🐳🐋🐙🦑🦐",
        "correct horse battery staple",
        "x" + "yz" * 3 + "and more" + "!" * 180,
        "fatoumata drinks clean water",
    ],
)
def test_any_characters_make_a_password(password: str) -> None:
    passwords.check(password, about=ABOUT)


def test_a_password_has_ten_to_two_hundred_characters() -> None:
    assert refusal("seven gre") == (
        "Use at least 10 characters. A short sentence is easy to remember."
    )
    passwords.check("seven gree")
    passwords.check("seven green boats " * 11 + "go")
    assert refusal("seven green boats " * 11 + "go!") == "Use at most 200 characters."


@pytest.mark.parametrize("password", ["qwertyuiop123", "Password123", "ILOVEYOU123", "1234567890"])
def test_the_commonest_passwords_are_refused_in_any_case(password: str) -> None:
    assert refusal(password) == "Too common: it is on a list of stolen passwords."


@pytest.mark.parametrize(
    "password",
    [
        "ffffffffffff",
        "xyxyxyxyxyx",
        "wat4wat4wat4",
        "bcdefghijklm",
        "zyxwvutsrqpo",
        "asdfghjklzxcv",
        "VCXZLKJHGFDSA",
    ],
)
def test_rows_and_repetitions_are_refused(password: str) -> None:
    assert refusal(password) == "Too easy: it repeats itself or is a row of keys."


@pytest.mark.parametrize(
    "password",
    [
        "Fatoumata2026",
        "FatoumataBâNDiaye",
        "fatoumata.ba@cleanwaternow.example",
        "fatoumata.ba!",
        "cleanwaternow",
        "CleanWaterNow.example1",
        "npoclearn2026",
    ],
)
def test_what_others_know_of_the_person_is_refused(password: str) -> None:
    assert refusal(password) == "Too easy: it is a name or an address that others know."


def test_digits_alone_are_compared_as_they_are() -> None:
    passwords.check("4917 2203 8861", about=("7204918823",))
    with pytest.raises(Invalid):
        passwords.check("7204-918-823", about=("7204918823",))


def test_the_list_has_only_passwords_that_are_long_enough() -> None:
    lines = [
        line
        for line in passwords.COMMONEST.read_text("utf-8").splitlines()
        if not line.startswith("# ")
    ]
    assert len(lines) > 2000
    assert lines == sorted({line.casefold() for line in lines})
    assert [line for line in lines if len(line) < passwords.SHORTEST] == []


def test_a_password_fits_its_own_hash_only() -> None:
    kept = passwords.hashed("seven green boats")
    assert passwords.fits("seven green boats", kept)
    assert not passwords.fits("Seven green boats", kept)
    assert passwords.hashed("seven green boats") != kept


def test_an_accent_may_be_typed_as_one_character_or_two() -> None:
    assert passwords.fits("cafe\u0301 au lait", passwords.hashed("caf\u00e9 au lait"))


@pytest.mark.parametrize("password", ["seven green boats", "nobody's password"])
def test_where_no_password_is_kept_none_fits(password: str) -> None:
    assert not passwords.fits(password, None)


def test_hashes_are_argon2id_with_the_parameters_of_owasp() -> None:
    assert passwords.hashed("seven green boats").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_with_older_parameters_is_outdated() -> None:
    older: Callable[[str], str] = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash
    assert passwords.is_outdated(older("seven green boats"))
    assert not passwords.is_outdated(passwords.hashed("seven green boats"))
