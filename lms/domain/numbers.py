"""Numbers of certificates: eleven random characters and one that finds mistyping.

The alphabet is Crockford's base 32, which has no I, L, O and U; the check is Luhn's, modulo 32.
https://www.crockford.com/base32.html, https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm
"""

import secrets
import unicodedata

from lms.domain.errors import Invalid, _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
LOOKALIKES = str.maketrans("OIL", "011")
SKIPPED = {"Zs", "Cc", "Cf", "Pd"}
"""Kinds of characters that people put between groups or paste along: spaces, hyphens, marks."""


class Mistyped(Invalid):
    """This cannot be a number of ours: a slip, not a number that was never issued."""


def new() -> str:
    """A number that nobody can guess: 55 random bits."""
    body = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH - 1))
    return body + check(body)


def read(text: str) -> str:
    """The number that was meant, as it is stored.

    Forgives case, hyphens, spaces, O for 0, I and L for 1, digits of other scripts, full-width
    letters, and the whole address from the square code. Raises Mistyped.
    """
    last = text.rstrip("/ ").rpartition("/")[2]
    number = "".join(_plain(sign) for sign in unicodedata.normalize("NFKC", last))
    number = number.upper().translate(LOOKALIKES)
    if len(number) != LENGTH:
        raise Mistyped(
            _("A number has twelve letters and digits; this one has %(count)s."),
            count=len(number),
            field="number",
        )
    if wrong := next((sign for sign in number if sign not in ALPHABET), None):
        raise Mistyped(_("The sign “%(sign)s” is in no number."), sign=wrong, field="number")
    if check(number[:-1]) != number[-1]:
        raise Mistyped(
            _("One sign seems mistyped. Compare it with the paper once more."), field="number"
        )
    return number


def show(number: str) -> str:
    """As printed: ``7K3M-9QXF-2WTD``."""
    return f"{number[:4]}-{number[4:8]}-{number[8:]}"


def check(body: str) -> str:
    """The last character: from the end, every second value counts twice, as a sum of its digits."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = ALPHABET.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def _plain(sign: str) -> str:
    """A digit of any script as 0–9; nothing for what stands between groups."""
    if unicodedata.category(sign) in SKIPPED:
        return ""
    digit = unicodedata.decimal(sign, None)
    return sign if digit is None else str(digit)
