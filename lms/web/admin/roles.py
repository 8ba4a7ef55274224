"""Giving and taking roles, on one person's page and on one course's."""

from flask import request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.database import db
from lms.domain import catalogue, people, roles
from lms.domain.errors import Missing, _
from lms.models import Course, CourseRole, SiteRole, User
from lms.web import access
from lms.web.admin import words
from lms.web.admin.shared import back, confirm, pages

bp = pages("admin_roles", __name__)

NO_ROLE = _("There is no such role.")


@bp.post("/people/<public_id>/roles")
def give(public_id: str) -> Response:
    """A role on the whole platform."""
    me = access.user()
    roles.give(me, people.find(me, public_id), _site_role(request.form.get("role", "")))
    db.session.commit()
    return back("admin_people.person", "given", public_id=public_id)


@bp.get("/people/<public_id>/roles/<role>/removal")
def removal(public_id: str, role: str) -> str:
    """One question."""
    someone, held = people.find(access.user(), public_id), _site_role(role)
    return _question(
        someone,
        gettext(words.SITE_ROLES[held]),
        gettext("The person can do at once no more than everybody else, and hears of it by mail."),
        url_for("admin_people.person", public_id=public_id),
    )


@bp.post("/people/<public_id>/roles/<role>/removal")
def take(public_id: str, role: str) -> Response:
    """End it; never the last administrator's."""
    me = access.user()
    roles.take(me, people.find(me, public_id), _site_role(role))
    db.session.commit()
    return back("admin_people.person", "taken", public_id=public_id)


@bp.post("/people/<public_id>/course-roles")
def give_in_course(public_id: str) -> Response:
    """A role in a course, from the person's page."""
    me = access.user()
    course = catalogue.find_course(request.form.get("course", ""))
    role = _course_role(request.form.get("role", ""))
    roles.give_in_course(me, people.find(me, public_id), course, role)
    db.session.commit()
    return back("admin_people.person", "given", public_id=public_id)


@bp.get("/courses/<slug>/roles/<public_id>/<role>/removal")
def course_removal(slug: str, public_id: str, role: str) -> str:
    """One question."""
    someone, course = _both(public_id, slug)
    return _question(
        someone,
        gettext(words.COURSE_ROLES[_course_role(role)]),
        gettext("It is the role in the course %(course)s.", course=course.slug),
        url_for("admin_courses.course", slug=slug),
    )


@bp.post("/courses/<slug>/roles/<public_id>/<role>/removal")
def take_in_course(slug: str, public_id: str, role: str) -> Response:
    """End it."""
    someone, course = _both(public_id, slug)
    roles.take_in_course(access.user(), someone, course, _course_role(role))
    db.session.commit()
    return back("admin_courses.course", "taken", slug=slug)


def _question(someone: User, role: str, sentence: str, leads_back: str) -> str:
    return confirm(
        title=gettext("Take this role away?"),
        intro=someone.name,
        sentences=[gettext("Role: %(role)s", role=role), sentence],
        button=gettext("Take it away"),
        back=leads_back,
        parent=(gettext("People"), url_for("admin_people.found")),
        is_grave=True,
    )


def _both(public_id: str, slug: str) -> tuple[User, Course]:
    return people.find(access.user(), public_id), catalogue.find_course(slug)


def _site_role(text: str) -> SiteRole:
    if text not in [*SiteRole]:
        raise Missing(NO_ROLE)
    return SiteRole(text)


def _course_role(text: str) -> CourseRole:
    if text not in [*CourseRole]:
        raise Missing(NO_ROLE)
    return CourseRole(text)
