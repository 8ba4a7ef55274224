"""The cohorts that I am in: what their partners see of me, and when they looked."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from lms.database import db
from lms.domain import looks
from lms.domain.cohorts import joining
from lms.domain.errors import _
from lms.models import LookKind
from lms.web import access, caching
from lms.web.admin.shared import back, page_number

bp = Blueprint("my_cohorts", __name__)

DONE = {
    "withdrawn": _("The organisation sees nothing of you from now on."),
    "agreed": _("The organisation sees again how far you are."),
    "left": _("You have left the cohort."),
}
KINDS = {
    LookKind.REQUEST: _("your request to join"),
    LookKind.DESK: _("how far you are"),
    LookKind.TABLE: _("a table with you in it, taken along"),
    LookKind.CERTIFICATE: _("a certificate of yours"),
    LookKind.CERTIFICATES: _("your certificates, taken along"),
    LookKind.REPORT: _("a report with you in it"),
}


@bp.get("/my-learning/cohorts")
def listed() -> str:
    """All of them, with the consent that was given."""
    caching.never_keep()
    return render_template(
        "me/cohorts.html",
        places=joining.places_of(access.user()),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post("/my-learning/cohorts/<int:cohort_id>/consent")
def consent(cohort_id: int) -> Response:
    """Given (``agree`` is yes) or taken back: it counts at once."""
    me, is_given = access.user(), request.form.get("agree") == "yes"
    place = joining.find_place(me, cohort_id)
    (joining.agree if is_given else joining.withdraw)(me, place)
    db.session.commit()
    return back(".listed", "agreed" if is_given else "withdrawn")


@bp.get("/my-learning/cohorts/<int:cohort_id>/leaving")
def leaving(cohort_id: int) -> str:
    """One question."""
    caching.never_keep()
    place = joining.find_place(access.user(), cohort_id)
    return render_template("me/leave_cohort.html", cohort=place.cohort)


@bp.post("/my-learning/cohorts/<int:cohort_id>/leaving")
def leave(cohort_id: int) -> Response:
    """I am in it no more."""
    me = access.user()
    joining.leave(me, joining.find_place(me, cohort_id))
    db.session.commit()
    return back(".listed", "left")


@bp.get("/my-learning/looks")
def log() -> str:
    """Who of a partner looked at what is mine, the newest first."""
    caching.never_keep()
    lines, goes_on = looks.lines(access.user(), page=page_number())
    return render_template(
        "me/looks.html", lines=lines, kinds=KINDS, page=page_number(), goes_on=goes_on
    )
