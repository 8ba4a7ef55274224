"""Recovery codes: made, shown in this browser until they are on paper, and as a file."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.database import db
from lms.domain import recovery_codes
from lms.web import access, caching, factors_page, notes, session

bp = Blueprint("recovery_codes", __name__)


@bp.post("/account/second-step/codes")
def make() -> AnyResponse:
    """Ten new ones."""
    codes = recovery_codes.make_anew(access.user(), session.token())
    db.session.commit()
    return factors_page.keep(codes)


@bp.get("/account/second-step/codes")
def page() -> AnyResponse | str:
    """Shown for minutes, until they are kept."""
    codes = _codes()
    if not codes:
        return redirect(url_for("factors.page"), 303)
    caching.never_keep()
    return render_template("accounts/recovery_codes.html", codes=codes, next=session.wanted())


@bp.get("/account/second-step/codes/file")
def file() -> AnyResponse:
    """The same as a text file."""
    codes = _codes()
    if not codes:
        return redirect(url_for("factors.page"), 303)
    caching.never_keep()
    title = gettext("Recovery codes of %(name)s", name=current_app.config["SITE_NAME"])
    text = "\r\n".join((title, access.user().email, "", *codes, ""))
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = "attachment; filename=recovery-codes.txt"
    return response


@bp.post("/account/second-step/codes/kept")
def kept() -> AnyResponse:
    """They are on paper: this browser forgets them."""
    access.user()
    response = factors_page.back("codes")
    notes.drop(response, "codes")
    return response


def _codes() -> Sequence[str]:
    """Of the person who is signed in here, and of nobody who was before."""
    me, note = access.user(), notes.read("codes")
    return note["codes"] if note and note["whose"] == me.public_id else ()
