"""Who is reading: the cookie, the sign-in row behind it, and transactions by HTTP method."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request
from flask.sessions import NullSession, SecureCookieSessionInterface

from lms.database import begin_reading, begin_writing
from lms.domain import accounts, catalogue
from lms.domain.catalogue import State
from lms.models import User

SAFE = {"GET", "HEAD", "OPTIONS"}
UNKNOWN, HIDDEN = object(), object()
"""Who reads was not looked up yet; nobody may ask."""


class SignInNeeded(Exception):
    """This page is for people who are signed in; leads to the sign-in page and back."""


def init_app(app: Flask) -> None:
    """Reading requests cannot write; the others hold the write lock from their first statement."""
    app.session_interface = _NoSession()
    app.before_request(_begin)
    app.jinja_env.globals["me"] = me
    app.teardown_request(_restore)


def me() -> User | None:
    """The person who is signed in here, read once a request."""
    person = g.get("me", UNKNOWN)
    if person is UNKNOWN:
        held = token()
        known = _person_with(held) if held else None
        person, g.state = known or (None, g.get("state"))
        g.me = person
    if person is HIDDEN:
        raise RuntimeError("what everybody shares must not depend on who reads it")
    reader: User | None = person
    return reader


def state() -> State:
    """What tells whether any course changed: known from the statement that finds who reads, if any does."""
    me()
    known: State | None = g.get("state")
    if known is None:
        known = g.state = catalogue.state()
    return known


def token() -> str | None:
    """What this browser holds, valid or not."""
    return request.cookies.get(cookie_name())


def _person_with(held: str) -> tuple[User, State] | None:
    return accounts.person_and_state(
        held, roles_need_second_step=current_app.config["STAFF_SECOND_STEP"]
    )


@contextmanager
def nobody_reads() -> Iterator[None]:
    """While something is made that everybody shares, to ask who reads it is an error."""
    before = g.get("me", UNKNOWN)
    g.me = HIDDEN
    try:
        yield
    finally:
        del g.me
        if before is not UNKNOWN:
            g.me = before


def user() -> User:
    """The person who is signed in here; SignInNeeded when there is nobody."""
    person = me()
    if person is None:
        raise SignInNeeded
    return person


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this host; browsers accept that only over https."""
    return "__Host-session" if is_https() else "session"


def is_https() -> bool:
    """Whether people reach this installation over https."""
    return str(current_app.config["PUBLIC_URL"]).startswith("https://")


class _NoSession(SecureCookieSessionInterface):
    """Flask's own session is not used: its signatures would only cost time."""

    def open_session(self, app: Flask, request: object) -> NullSession:
        """None that could be written."""
        return NullSession()


def _begin() -> None:
    if request.method in SAFE:
        begin_reading()
    else:
        begin_writing()


def _restore(_error: BaseException | None) -> None:
    """Commands and jobs that share the thread write by default."""
    begin_writing()
