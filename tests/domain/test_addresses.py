"""E-mail addresses in any script."""

import pytest

from lms.domain import addresses
from lms.domain.addresses import Address
from lms.domain.errors import Invalid

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "email", "key"),
    [
        ("amina@ngo.example", "amina@ngo.example", "amina@ngo.example"),
        ("  Amina@NGO.Example\n", "Amina@NGO.Example", "amina@ngo.example"),
        ("tomás@ngo.test", "tomás@ngo.test", "tomás@ngo.test"),
        ("toma\u0301s@ngo.test", "tomás@ngo.test", "tomás@ngo.test"),
        ("STRASSE@ngo.example", "STRASSE@ngo.example", "strasse@ngo.example"),
        ("straße@ngo.example", "straße@ngo.example", "strasse@ngo.example"),
        ("user@例え.テスト", "user@例え.テスト", "user@xn--r8jz45g.xn--zckzah"),
        (
            "user@xn--r8jz45g.xn--zckzah",
            "user@xn--r8jz45g.xn--zckzah",
            "user@xn--r8jz45g.xn--zckzah",
        ),
        (
            "\u200fمعلومات@مثال.السعودية\u202c",
            "معلومات@مثال.السعودية",
            "معلومات@xn--mgbh0fb.xn--mgberp4a5d4ar",
        ),
    ],
)
def test_an_address_is_kept_as_typed_and_compared_by_its_key(
    typed: str, email: str, key: str
) -> None:
    assert addresses.read(typed) == Address(email, key)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \u200f ",
        "amina",
        "amina@",
        "@ngo.example",
        "amina@localhost",
        "amina@ngo.invalid",
        "amina@[192.0.2.1]",
        "Amina <amina@ngo.example>",
        "amina@ngo.example, eve@ngo.example",
        "amina@ngo.example\nBcc: eve@ngo.example",
        "a" * 65 + "@ngo.example",
        "a@" + "a." * 130 + "example",
    ],
)
def test_what_cannot_be_an_address_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        addresses.read(typed)
    assert refused.value.field == "email"


def test_folding_makes_no_key_longer_than_its_column() -> None:
    domain = "b" * 57 + ".org"
    assert addresses.read("ﬃ" * 64 + "@" + domain).key == "ffi" * 64 + "@" + domain
    with pytest.raises(Invalid):
        addresses.read("ﬃ" * 64 + "@b" + domain)


def test_what_is_far_too_long_is_refused_without_being_read() -> None:
    with pytest.raises(Invalid):
        addresses.read("naughty " * 1_000_000)
