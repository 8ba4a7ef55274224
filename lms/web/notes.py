"""Notes that a browser keeps for us for minutes: sealed, so that it can neither read nor change them.

step: who did the first step of signing in. challenge: what a passkey was asked. provider: what we sent
the browser to a provider with. identity: who came from there, until a mail confirms who that is.
codes: recovery codes while they are being written down.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.wrappers import Response

from lms import limits
from lms.domain import sealing
from lms.domain.errors import Missing, TooMany, _
from lms.web import access

TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)
NAMES = {
    "step": TEN_MINUTES,
    "challenge": TEN_MINUTES,
    "provider": TEN_MINUTES,
    "identity": HOUR,
    "codes": TEN_MINUTES,
}
"""Name → how long such a note counts."""
AnyResponse = TypeVar("AnyResponse", bound=Response)


def put(response: AnyResponse, name: str, facts: dict[str, Any]) -> AnyResponse:
    """Have the browser keep this."""
    response.set_cookie(
        _cookie(name),
        sealing.seal(_secret(), name, facts),
        max_age=NAMES[name],
        httponly=True,
        samesite="Lax",
        secure=access.is_https(),
    )
    return response


def read(name: str) -> dict[str, Any] | None:
    """What it keeps, if that is of us and not too old."""
    return sealing.unseal(_secret(), name, _held(name), lasts=NAMES[name])


def drop(response: Response, name: str) -> None:
    """Have the browser forget it, if it keeps it."""
    if _held(name):
        response.delete_cookie(
            _cookie(name), httponly=True, samesite="Lax", secure=access.is_https()
        )


def use_up(name: str) -> None:
    """Each note is good for one success: a copy of the cookie is worth nothing any more."""
    seconds = int(NAMES[name].total_seconds())
    try:
        limits.hit("note", sha256(_held(name).encode()).hexdigest(), most=1, seconds=seconds)
    except TooMany:
        raise Missing(_("This was done already. Please begin again.")) from None


def _held(name: str) -> str:
    return request.cookies.get(_cookie(name), "")


def _cookie(name: str) -> str:
    return f"__Host-{name}" if access.is_https() else name


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
