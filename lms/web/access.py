"""Who is reading: the cookie, the sign-in row behind it, and transactions by HTTP method."""

from flask import Flask, current_app, g, request

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts
from lms.models import User

SAFE = {"GET", "HEAD", "OPTIONS"}


class SignInNeeded(Exception):
    """This page is for people who are signed in; leads to the sign-in page and back."""


def init_app(app: Flask) -> None:
    """Reading requests cannot write; the others hold the write lock from their first statement."""
    app.before_request(_begin)
    app.jinja_env.globals["me"] = me
    app.teardown_request(_restore)


def me() -> User | None:
    """The person who is signed in here, read once a request."""
    if "me" not in g:
        token = request.cookies.get(cookie_name())
        g.me = accounts.person_signed_in(token) if token else None
    person: User | None = g.me
    return person


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


def _begin() -> None:
    if request.method in SAFE:
        begin_reading()
    else:
        begin_writing()


def _restore(_error: BaseException | None) -> None:
    """Commands and jobs that share the thread write by default."""
    db.session.rollback()
    begin_writing()
