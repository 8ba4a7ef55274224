"""My learning: where I stopped, what is done, what is missing and why, and my certificates."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.content.outline import Words
from lms.database import db
from lms.domain import catalogue, certification, journal, partners, reports
from lms.domain.errors import Invalid
from lms.domain.learning import adopting, desk
from lms.domain.learning.overview import courses_of
from lms.domain.permissions import Action, may
from lms.models import Course, User
from lms.render import covered
from lms.web import access, caching, language, remarks

bp = Blueprint("me", __name__)


@dataclass(frozen=True, slots=True)
class ToMark:
    """A course whose answers this person marks: how many wait, and how many reports are open."""

    course: Course
    said: Words
    waiting: int
    reports: int


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
    held = certification.current_of(me)
    in_cohorts, in_organisations, writes = partners.whereabouts(me)
    return render_template(
        "me/my_learning.html",
        under_way=[one for one in mine if not one.progress.is_complete],
        finished=[one for one in mine if one.progress.is_complete],
        earns=remarks.conditions,
        certificates=[(one, certification.state_of(one, now)) for one in held],
        newest={one.course_id: one.number for one in reversed(held)},
        to_mark=_to_mark(me),
        in_cohorts=in_cohorts,
        in_organisations=in_organisations,
        administers=may(me, Action.ADMINISTER),
        writes=writes,
        name_error=name_error,
        lacking=covered.lacking(me.name_on_certificate),
    )


def _to_mark(me: User) -> list[ToMark]:
    """Where something waits: an administrator may mark everywhere."""
    marks = desk.courses_to_mark(me)
    opened = reports.count_open(marks.keys()) if marks else {}
    waiting = {course for course, count in marks.items() if count or course in opened}
    editions = catalogue.current_editions(waiting) if waiting else ()
    return [
        ToMark(
            course,
            catalogue.text_of(edition).say(language.current()),
            marks[course.id],
            opened.get(course.id, 0),
        )
        for course, edition in editions
    ]
