"""A copy of everything that is kept about me: asked for here, fetched here."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms import files
from lms.database import db
from lms.domain import exports
from lms.web import access, allowance, caching, language

bp = Blueprint("exports", __name__)

AGAIN = 3
"""Seconds after which the page of a file that is being made loads itself again."""


@bp.get("/account/export")
def page() -> Response:
    """What a copy holds; how far it is; where to fetch it."""
    caching.never_keep()
    export = exports.export_of(access.user())
    is_waiting = export is not None and export.ready_at is None
    text = render_template(
        "privacy/export.html", export=export, days=current_app.config["EXPORT_DAYS"]
    )
    # As a header: a page may not reload itself by its own markup, says WCAG's tester.
    return Response(text, headers={"Refresh": str(AGAIN)} if is_waiting else {})


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
    response = Response(files.pieces(export.digest or ""), mimetype="application/zip")
    response.content_length = export.size or 0
    name = f"my-data-{export.asked_at:%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(export.digest or "")
    response.make_conditional(request, accept_ranges=True, complete_length=export.size)
    response.headers["Cache-Control"] = "no-store"
    return response
