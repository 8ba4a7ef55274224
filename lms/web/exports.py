"""A copy of everything that is kept about me: asked for here, fetched here."""

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.database import db
from lms.domain import exports
from lms.web import access, allowance, caching, language, made

bp = Blueprint("exports", __name__)


@bp.get("/account/export")
def page() -> Response:
    """What a copy holds; how far it is; where to fetch it."""
    caching.never_keep()
    return made.page("privacy/export.html", exports.export_of(access.user()))


@bp.post("/account/export")
def ask() -> AnyResponse:
    """Have one made, in the language of this page."""
    me = access.user()
    allowance.for_export(me.public_id)
    exports.ask(me, language.current())
    db.session.commit()
    return redirect(url_for("exports.page"), 303)


@bp.get("/account/exports/<int:export_id>.zip")
def download(export_id: int) -> AnyResponse:
    """The file, piece by piece; a download that broke off can go on where it stopped."""
    export = exports.ready_export(access.user(), export_id)
    return made.send(export, f"my-data-{export.asked_at:%Y-%m-%d}.zip", "application/zip")
