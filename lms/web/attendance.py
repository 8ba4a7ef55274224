"""Who was there, for who teaches: a code to show, or a list of addresses."""

from flask import Blueprint, Response, current_app, render_template, request

from lms.content.outline import CourseText, LessonText
from lms.database import begin_reading, begin_writing, db
from lms.domain import attendance, attendance_lists, catalogue
from lms.domain.attendance import Meeting
from lms.domain.cohorts import lists
from lms.domain.cohorts.lists import Tried
from lms.domain.errors import Invalid
from lms.models import Course
from lms.web import access, caching, made, numbers, squares
from lms.web.address_lists import ListForm, expect_a_list
from lms.web.admin.shared import Answer, back, refused

bp = Blueprint("attendance", __name__)

AGAIN = 30
"""Seconds after which a page with a code loads itself again: it says how many have confirmed."""


@bp.get("/courses/<slug>/attendance")
def meetings(slug: str) -> str:
    """The lessons of a course at which one has to be."""
    course = catalogue.find_course(slug)
    caching.never_keep()
    found = attendance.meetings(access.user(), course)
    return render_template(
        "attendance/meetings.html", course=course, text=_text(course), meetings=found
    )


@bp.get("/courses/<slug>/<module>/<name>/attendance")
def meeting(slug: str, module: str, name: str) -> Response:
    """The code as long as it is valid, a button for a new one, and the form for a list."""
    return _page(_meeting(slug, module, name), ListForm())


@bp.post("/courses/<slug>/<module>/<name>/attendance")
def show(slug: str, module: str, name: str) -> Answer:
    """A new code."""
    attendance.show_code(access.user(), _meeting(slug, module, name))
    db.session.commit()
    return back(".meeting", "shown", slug=slug, module=module, name=name)


@bp.post("/courses/<slug>/<module>/<name>/attendance/list")
def attempt(slug: str, module: str, name: str) -> Answer:
    """What a list would do. The page's own form carries on what can be used: no list is kept.

    It is read before the transaction that writes who looked at whom: that takes its time.
    """
    begin_reading()
    expect_a_list()
    here = _meeting(slug, module, name)
    form = ListForm.sent()
    try:
        tried = form.tried
        begin_writing()
        here = _meeting(slug, module, name)
        checked = attendance_lists.check(access.user(), here, tried)
    except Invalid as error:
        refused(form, error)
        response = _page(here, form)
        response.status_code = 422
        return response
    page = render_template(
        "attendance/list.html",
        meeting=here,
        text=_text(here.course),
        checked=checked,
        where=_place(here.course, here.text),
    )
    db.session.commit()
    return page


@bp.post("/courses/<slug>/<module>/<name>/attendance/people")
def count(slug: str, module: str, name: str) -> Answer:
    """They were there. Whoever is counted stays counted: the rest can be sent once more."""
    begin_reading()
    expect_a_list()
    _meeting(slug, module, name)
    number = 0
    for some in attendance_lists.steps(_chosen(request.form.getlist("address"))):
        begin_writing()
        number += attendance_lists.count(access.user(), _meeting(slug, module, name), some)
        db.session.commit()
    return back(".meeting", "counted", slug=slug, module=module, name=name, people=number)


def _chosen(sent: list[str]) -> Tried:
    """The addresses of a page of ours; an empty list counts nobody."""
    return lists.parse("\n".join(sent)) if sent else Tried((), ())


def _meeting(slug: str, module: str, name: str) -> Meeting:
    me, course = access.user(), catalogue.find_course(slug)
    caching.never_keep()
    return attendance.find_meeting(me, course, f"{module}/{name}")


def _page(here: Meeting, form: ListForm) -> Response:
    me = access.user()
    code = attendance.find_code(me, here)
    address = f"{current_app.config['PUBLIC_URL']}/attend/{code.code}" if code else ""
    page = render_template(
        "attendance/meeting.html",
        meeting=here,
        text=_text(here.course),
        code=code,
        address=address,
        square=squares.square(address, scale=8) if code else "",
        since=attendance.count_since(me, here, code) if code else 0,
        form=form,
        most=attendance_lists.MOST,
        counted=numbers.read(request.args.get("people"), 0),
        done=request.args.get("done", ""),
        where=_place(here.course, here.text),
    )
    is_shown = code is not None and request.args.get("done") == "shown"
    return made.reloading(page, AGAIN, when=is_shown)


def _text(course: Course) -> CourseText:
    return catalogue.text_of(catalogue.current_edition(course))


def _place(course: Course, lesson: LessonText) -> dict[str, str]:
    module, name = lesson.slug.split("/")
    return {"slug": course.slug, "module": module, "name": name}
