"""My learning: where I stopped, what is done, what is missing and why, and my certificates."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.database import db
from lms.domain import certification, journal
from lms.domain.errors import Invalid
from lms.domain.learning import adopting
from lms.domain.learning.overview import courses_of
from lms.web import access, caching, remarks

bp = Blueprint("me", __name__)


@bp.get("/my-learning")
def my_learning() -> str:
    """Courses under way, finished ones, certificates."""
    return _page()


@bp.post("/my-learning/name")
def name() -> Response | tuple[str, int]:
    """How the next certificate will read; issued ones keep their name."""
    me = access.user()
    try:
        certification.set_certificate_name(me, request.form.get("name", ""))
    except Invalid as error:
        db.session.rollback()
        return _page(gettext(error.sentence, **error.values)), 422
    db.session.commit()
    return redirect(url_for("me.my_learning", _anchor="name"), 303)


@bp.post("/my-learning/marks")
def adopt() -> Response:
    """What was done in this browser before signing in (static/js/adopt.js)."""
    adopted = adopting.adopt_done(access.user(), request.form.getlist("mark"))
    db.session.commit()
    caching.never_keep()
    return jsonify(adopted=adopted)


def _page(name_error: str = "") -> str:
    me = access.user()
    caching.never_keep()
    mine = courses_of(me)
    now = journal.now()
    held = certification.certificates_of(me)
    return render_template(
        "me/my_learning.html",
        under_way=[one for one in mine if not one.progress.is_complete],
        finished=[one for one in mine if one.progress.is_complete],
        earns=remarks.conditions,
        certificates=[(one, certification.state_of(one, now)) for one in held],
        name_error=name_error,
    )
