"""Mails that were not taken: the server's answer, trying again, giving up."""

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms import waking
from lms.database import db
from lms.domain import undelivered
from lms.domain.errors import _
from lms.web import access
from lms.web.admin import words
from lms.web.admin.shared import back, confirm, page_number, pages

bp = pages("admin_mails", __name__)

DONE = {
    "retried": _("It is tried again in a moment."),
    "given-up": _("It is not tried any more, and what it said is deleted."),
}


@bp.get("/mails")
def listed() -> str:
    """The newest first."""
    rows, is_more = undelivered.listed(access.user(), page=page_number())
    return render_template(
        "admin/mails.html",
        rows=[(row, undelivered.can_be_sent(row)) for row in rows],
        page=page_number(),
        goes_on=is_more,
        done=DONE.get(request.args.get("done", "")),
        words=words,
    )


@bp.post("/mails/<int:mail_id>/retry")
def retry(mail_id: int) -> Response:
    """At once."""
    undelivered.retry(access.user(), mail_id)
    db.session.commit()
    waking.ring()
    return back(".listed", "retried")


@bp.get("/mails/<int:mail_id>/end")
def ending(mail_id: int) -> str:
    """One question."""
    mail = undelivered.find(access.user(), mail_id)
    return confirm(
        title=gettext("Give this mail up?"),
        intro=f"{gettext(words.MAILS[mail.kind])}, {mail.recipient}",
        sentences=[gettext("It is not tried any more, and what it said is deleted.")],
        button=gettext("Give it up"),
        back=url_for(".listed"),
        parent=(gettext("Refused mails"), url_for(".listed")),
        is_grave=True,
    )


@bp.post("/mails/<int:mail_id>/end")
def end(mail_id: int) -> Response:
    """For good."""
    undelivered.give_up(access.user(), mail_id)
    db.session.commit()
    return back(".listed", "given-up")
