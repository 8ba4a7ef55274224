"""Passwords: which are allowed, how they are kept, and whether one fits.

Hashing takes long on purpose. Call `hashed` and `fits` before a write transaction begins.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from lms.domain.errors import Invalid, _

SHORTEST, LONGEST = 10, 200
COMMONEST = Path(__file__).with_name("commonest-passwords.txt")
RUNS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
"""Rows that people run a finger along; read forwards and backwards."""

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB, 2 passes, 1 lane: OWASP's first choice. Older hashes are made anew."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return hasher.hash(_normal(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long when none is kept, so that time tells nothing."""
    try:
        hasher.verify(kept or _nobody(), _normal(password))
    except VerificationError:
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return hasher.check_needs_rehash(kept)


def check(password: str, *, about: Iterable[str] = (), field: str = "password") -> None:
    """Raise Invalid for a password that is easy to guess.

    ``about``: what anybody knows of the person and the place (name, address, the site's name).
    Any characters are welcome; length is counted in characters after NFC.
    """
    text = _normal(password)
    if len(text) < SHORTEST:
        raise Invalid(
            _("Use at least %(count)s characters. A short sentence is easy to remember."),
            count=SHORTEST,
            field=field,
        )
    if len(text) > LONGEST:
        raise Invalid(_("Use at most %(count)s characters."), count=LONGEST, field=field)
    if text.casefold() in _commonest():
        raise Invalid(_("Too common: it is on a list of stolen passwords."), field=field)
    if is_pattern(text.casefold()):
        raise Invalid(_("Too easy: it repeats itself or is a row of keys."), field=field)
    if _bare(text) in _known(about):
        raise Invalid(_("Too easy: it is a name or an address that others know."), field=field)


def is_pattern(text: str) -> bool:
    """One to four characters again and again, or a piece of a row of keys."""
    if re.fullmatch(r"(.{1,4}?)\1+.{0,3}", text, re.DOTALL):
        return True
    return any(text in row or text in row[::-1] for row in RUNS)


def _known(about: Iterable[str]) -> set[str]:
    """The words that anybody knows, alone and as they stand together."""
    words = {
        _bare(part)
        for text in about
        for part in (text, *re.split(r"[@\s]+", text), text.rpartition("@")[2].partition(".")[0])
    }
    return words - {""}


def _bare(text: str) -> str:
    """Letters and digits only, without digits at the end: ``Amina-Bâ2026!`` is ``aminabâ``."""
    letters = "".join(c for c in _normal(text).casefold() if c.isalnum())
    return letters.rstrip("0123456789") or letters


def _normal(password: str) -> str:
    """One form for what looks the same: some keyboards send an accent as a character of its own."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobody() -> str:
    """A hash with today's parameters that fits nothing anybody would type."""
    return hasher.hash("nobody's password")


@cache
def _commonest() -> frozenset[str]:
    lines = COMMONEST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
