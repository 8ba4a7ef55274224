"""Mails as they would be sent, for those who develop. In production there is no such page."""

import re

from flask import Blueprint, abort, current_app, render_template, request
from markupsafe import Markup, escape

from lms import sending
from lms.domain import mail
from lms.models import OutgoingMail
from lms.render.mail import Sender, written
from lms.web import caching, numbers

PAGE = 50

bp = Blueprint("dev_mail", __name__)


@bp.before_request
def only_in_development() -> None:
    """Mails hold links that sign in."""
    if current_app.config["ENVIRONMENT"] == "production":
        abort(404)
    caching.never_keep()


@bp.get("/dev/mail")
def mails() -> str:
    """Fifty mails, the newest first."""
    rows = mail.newest(PAGE + 1, before=numbers.read(request.args.get("before"), 0) or None)
    by = sending.sender()
    return render_template(
        "dev_mail/mails.html",
        mails=[(row, _written(row, by)[0]) for row in rows[:PAGE]],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


@bp.get("/dev/mail/<int:mail_id>", endpoint="mail")
def one(mail_id: int) -> str:
    """One mail as text; links to this site can be followed."""
    row = mail.find(mail_id)
    subject, body, language = _written(row, sending.sender())
    return render_template(
        "dev_mail/mail.html",
        mail=row,
        subject=subject,
        lines=[linked(line) for line in body.splitlines() if line],
        language=language,
    )


def linked(text: str) -> Markup:
    """Plain text as HTML, with links that can be followed: ours, for anybody may write in a mail."""
    ours = str(current_app.config["PUBLIC_URL"]) + "/"
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if part.startswith(ours) else escape(part)
        for part in re.split(rf"({re.escape(ours)}\S*)", text)
    )


def _written(row: OutgoingMail, by: Sender) -> tuple[str, str, str]:
    return written(sending.letter(row), by)
