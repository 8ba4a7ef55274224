"""Courses: newest edition and origin, who has a role there, in the catalogue or not."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField

from lms.database import db
from lms.domain import catalogue, people, publishing, reports, roles, teaching
from lms.domain.errors import Invalid, _
from lms.models import CourseRole
from lms.web import access, language
from lms.web.admin import words
from lms.web.admin.shared import Answer, back, choices, confirm, page_number, pages, refused
from lms.web.fields import AddressForm

bp = pages("admin_courses", __name__)

DONE = {
    "given": _("The role is given."),
    "taken": _("The role is taken away."),
    "retired": _("The course is no longer in the catalogue."),
    "offered": _("The course is in the catalogue again."),
}


class RoleForm(AddressForm):
    """Whose address, and which role."""

    role = SelectField(lazy_gettext("Role"), choices=choices(words.COURSE_ROLES))


@bp.get("/courses")
def listed() -> str:
    """All of them, retired ones too, by their short names."""
    rows, is_more = teaching.every_course(access.user(), page=page_number())
    opened = reports.count_open([row.course.id for row in rows])
    return render_template(
        "admin/courses.html",
        rows=[(row, catalogue.text_of(row.edition).say(language.current())) for row in rows],
        opened=opened,
        page=page_number(),
        goes_on=is_more,
        words=words,
    )


@bp.get("/courses/<slug>")
def course(slug: str) -> str:
    """Who has which role; the way out of the catalogue."""
    return _page(slug, RoleForm())


@bp.post("/courses/<slug>/roles")
def give(slug: str) -> Answer:
    """A role for whoever has confirmed this address."""
    me, form = access.user(), RoleForm.sent()
    found = catalogue.find_course(slug)
    if not form.validate():
        return _page(slug, form), 422
    try:
        person = people.find_by_address(me, form.address.email)
    except Invalid as error:
        refused(form, error)
        return _page(slug, form), 422
    roles.give_in_course(me, person, found, CourseRole(form.role.data))
    db.session.commit()
    return back(".course", "given", slug=slug)


@bp.get("/courses/<slug>/retirement")
def retirement(slug: str) -> str:
    """What it means."""
    found = catalogue.find_course(slug)
    return confirm(
        title=gettext("Take this course out of the catalogue?"),
        intro=found.slug,
        sentences=[
            gettext("Nobody new finds it. Who began it goes on, and certificates stay valid."),
            gettext("It can be put back at any time."),
        ],
        button=gettext("Take it out"),
        back=url_for(".course", slug=slug),
        parent=(gettext("Courses"), url_for(".listed")),
        is_grave=True,
    )


@bp.post("/courses/<slug>/retirement")
def retire(slug: str) -> Response:
    """Out of the catalogue."""
    publishing.retire(access.user(), catalogue.find_course(slug))
    db.session.commit()
    return back(".course", "retired", slug=slug)


@bp.post("/courses/<slug>/offer")
def offer(slug: str) -> Response:
    """Back into it."""
    publishing.offer_again(access.user(), catalogue.find_course(slug))
    db.session.commit()
    return back(".course", "offered", slug=slug)


def _page(slug: str, form: RoleForm) -> str:
    found = catalogue.find_course(slug)
    edition = catalogue.current_edition(found)
    return render_template(
        "admin/course.html",
        course=found,
        edition=edition,
        said=catalogue.text_of(edition).say(language.current()),
        holders=teaching.holders(access.user(), found),
        opened=reports.count_open([found.id]).get(found.id, 0),
        form=form,
        done=DONE.get(request.args.get("done", "")),
        words=words,
    )
