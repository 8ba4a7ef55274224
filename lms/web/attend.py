"""Confirming that one is there: the code, then one button."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, db
from lms.domain import attendance, catalogue
from lms.domain.errors import Denied, DomainError, Missing
from lms.domain.learning.progress import progress_of
from lms.web import access, allowance, caching, fields, theme

bp = Blueprint("attend", __name__)


@bp.get("/attend")
def ask() -> Response | str:
    """The field for the code; with a code on to its page."""
    access.user()
    caching.never_keep()
    if code := attendance.cleaned(request.args.get("code", "")):
        return redirect(url_for(".look", code=code), 303)
    return render_template("attendance/ask.html", code="", wrong="")


@bp.get("/attend/<code>")
def look(code: str) -> str | tuple[str, int]:
    """What this code is for, and the button."""
    return _page(code)


@bp.post("/attend/<code>")
def confirm(code: str) -> Response | str | tuple[str, int]:
    """I am there."""
    me = access.user()
    allowance.for_attendance(me.public_id)
    try:
        meeting = attendance.attend(me, code)
    except (Missing, Denied) as error:
        db.session.rollback()
        begin_reading()
        return _page(code, error)
    module, name = meeting.lesson.slug.split("/")
    db.session.commit()
    return redirect(
        url_for("learn.lesson", slug=meeting.course.slug, module=module, name=name), 303
    )


def _page(code: str, refused: DomainError | None = None) -> str | tuple[str, int]:
    me = access.user()
    caching.never_keep()
    if refused is None:
        allowance.for_attendance(me.public_id)
    try:
        meeting = attendance.find_by_code(me, code)
    except Missing as error:
        wrong = fields.sentence(error)
        return render_template("attendance/ask.html", code=code[:20], wrong=wrong), 404
    text = catalogue.text_of(catalogue.current_edition(meeting.course))
    state = progress_of(me, meeting.course, text).states[meeting.text.slug]
    page = render_template(
        "attendance/confirm.html",
        course=meeting.course,
        text=text,
        lesson=meeting.text,
        state=state,
        why=theme.reason(state.closed) if state.closed else "",
        wrong=fields.sentence(refused) if refused else "",
        code=attendance.cleaned(code),
    )
    return (page, 403) if refused else page
