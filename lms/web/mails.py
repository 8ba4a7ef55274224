"""Kinds of mail that people may switch off: on their account page, or by the link in the mail."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.database import db
from lms.domain import notices
from lms.domain.cohorts import inviting
from lms.domain.errors import _
from lms.models import MailKind, User
from lms.web import access, account_page, caching

bp = Blueprint("mails", __name__)

INVITATIONS = _("An organisation invites me to a cohort")


@bp.post("/account/mails")
def choose() -> Response:
    """Those with a tick, and no others."""
    notices.choose(access.user(), request.form.getlist("mails"))
    db.session.commit()
    return account_page.back("mails")


@bp.get("/mails/<token>")
def look(token: str) -> str:
    """One button; nothing happens before it is pressed, for mail scanners open links, too."""
    if _is_invitation(token):
        return _invitations(inviting.read_token(_secret(), token))
    return _page(*_read(token))


@bp.post("/mails/<token>")
def use(token: str) -> Response | str:
    """Off, unless it says on. A mail program's click (RFC 8058) is not sent on to another page."""
    on = request.form.get("mails") == "on"
    if _is_invitation(token):
        inviting.refuse(inviting.read_token(_secret(), token), on=on)
    else:
        notices.switch(*_read(token), on=on)
    db.session.commit()
    if "List-Unsubscribe" in request.form:
        return look(token)
    return redirect(url_for("mails.look", token=token), 303)


def _read(token: str) -> tuple[User, MailKind]:
    return notices.read_token(_secret(), token)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _is_invitation(token: str) -> bool:
    """Invitations go to addresses, not to accounts."""
    return token.startswith(f"{MailKind.INVITATION}.")


def _invitations(address: str) -> str:
    caching.never_keep()
    off = inviting.is_refused(address)
    return render_template("accounts/mails.html", kind=INVITATIONS, off=off, has_account=False)


def _page(person: User, kind: MailKind) -> str:
    caching.never_keep()
    off = kind in notices.refused_by(person)
    return render_template(
        "accounts/mails.html", kind=account_page.NOTICES[kind], off=off, has_account=True
    )
