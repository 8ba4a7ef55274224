"""Background work: what failed and why, what is under way, what waits."""

from flask import render_template, request
from werkzeug.wrappers import Response

from lms import waking
from lms.database import db
from lms.domain import jobs
from lms.domain.errors import _
from lms.domain.jobs import State
from lms.web import access
from lms.web.admin import words
from lms.web.admin.shared import back, page_number, pages

bp = pages("admin_jobs", __name__)

DONE = {"retried": _("It is tried again in a moment.")}


@bp.get("/jobs")
def listed() -> str:
    """A page of one state; failed ones first."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in [*State] else State.FAILED
    me = access.user()
    rows, is_more = jobs.listed(me, state, page=page_number())
    return render_template(
        "admin/jobs.html",
        state=state,
        counts=jobs.counts(me),
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        done=DONE.get(request.args.get("done", "")),
        words=words,
    )


@bp.post("/jobs/<int:job_id>/retry")
def retry(job_id: int) -> Response:
    """Have the worker look at it at once."""
    jobs.retry(access.user(), job_id)
    db.session.commit()
    waking.ring()
    return back(".listed", "retried")
