"""E-mail addresses in any script: which are possible, and which are the same."""

import unicodedata
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from lms.domain.errors import Invalid, _

LONGEST = 1_000
"""Characters that are looked at; an address has 254 at most, and reading takes time by the square."""


class Address(NamedTuple):
    """An address as typed (NFC, trimmed), and the key by which addresses are compared.

    The key is the case-folded local part, "@", and the domain as A-labels in lower case (UTS 46):
    ``Amina@NGO.example`` and ``amina@ngo.example`` are one, as are ``user@例え.テスト`` and
    ``user@xn--r8jz45g.xn--zckzah``.
    """

    email: str
    key: str


def read(text: str, *, field: str = "email") -> Address:
    """Raises Invalid for what cannot be an address.

    Nobody is asked over the network. ``.test`` and ``.example`` are allowed: the people of the
    demonstration live there, and mail to them only fails.
    """
    email = trim(unicodedata.normalize("NFC", text[: LONGEST + 1]))
    try:
        if len(text) > LONGEST:
            raise EmailNotValidError
        parts = validate_email(
            email, check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError:
        raise Invalid(
            _("This is not an e-mail address. It looks like name@organisation.org."), field=field
        ) from None
    local = unicodedata.normalize("NFC", parts.local_part.casefold())
    return Address(email, f"{local}@{parts.ascii_domain.lower()}")


def trim(text: str) -> str:
    """Without what cannot be seen at its ends; copied Arabic addresses bring direction marks."""
    start, end = 0, len(text)
    while start < end and invisible(text[start]):
        start += 1
    while end > start and invisible(text[end - 1]):
        end -= 1
    return text[start:end]


def invisible(character: str) -> bool:
    """White space, control characters and marks without a shape."""
    return unicodedata.category(character)[0] in "ZC"
