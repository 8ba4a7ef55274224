"""The cookie of a sign-in, and where one goes after it."""

import re
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from lms.domain import accounts, entering
from lms.domain.entering import Entrance
from lms.web import access, notes

INVITATION = re.compile(r"/[a-z]{2}/(join/[0-9A-Z]{8}|partners/invitations/[0-9]{1,12})")
"""To a cohort or an organisation."""


def token() -> str | None:
    """What this browser holds, valid or not."""
    return access.token()


def browser() -> str:
    """What the browser calls itself, for the list of sign-ins."""
    return request.headers.get("User-Agent", "")


def enter(entrance: Entrance, to: str, **waiting: Any) -> Response:
    """Signed in here, or on to the second step.

    ``waiting``: what must be remembered until that is done.
    """
    if entrance.token:
        return start(entrance.token, to)
    person = entrance.person
    note = {"person": person.public_id, "state": entering.state_of(person), **waiting}
    return notes.put(redirect(url_for("second_step.form", next=to), 303), "step", note)


def start(token: str, to: str) -> Response:
    """Signed in here from now on; what was remembered on the way is forgotten."""
    response = redirect(to, 303)
    for name in ("step", "challenge", "provider"):
        notes.drop(response, name)
    response.set_cookie(
        access.cookie_name(),
        token,
        max_age=accounts.LASTS,
        httponly=True,
        samesite="Lax",
        secure=access.is_https(),
    )
    return response


def end(to: str) -> Response:
    """Signed out; on a shared computer, nothing of the one who left stays behind."""
    response = redirect(to, 303)
    response.delete_cookie(
        access.cookie_name(), httponly=True, samesite="Lax", secure=access.is_https()
    )
    for name in notes.NAMES:
        notes.drop(response, name)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def wanted() -> str:
    """The page of ours that asked for a sign-in; empty for none, and for any other site."""
    address = request.values.get("next", "")
    ours = address.startswith("/") and not address.startswith("//")
    return address if ours and "\\" not in address and address.isprintable() else ""


def invitation() -> str:
    """The same if it is an invitation, which the mail that confirms an address may lead on to.

    No other page: anybody can ask for a mail to anybody, and shall write nothing into it.
    """
    address = wanted()
    return address if INVITATION.fullmatch(address) else ""


def next_page() -> str:
    """Where to go after signing in."""
    return wanted() or url_for("me.my_learning")
