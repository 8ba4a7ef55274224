"""Who works on a course: its owner names trainers, reviewers and translators."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField

from lms.database import db
from lms.domain import naming, roles, teaching
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, may, require
from lms.models import Course, CourseRole, CourseRoleGrant, User
from lms.web import access, allowance
from lms.web.admin.shared import Answer, back, choices, refused
from lms.web.admin.words import COURSE_ROLES
from lms.web.fields import AddressForm
from lms.web.people_only import pages
from lms.web.studio import ways
from lms.web.studio.shared import confirm, course_here, title_here

bp = pages("studio_people", __name__)
bp.record_once(ways.init_app)

DONE = {
    "given": _("The role is given, and the person hears of it by mail."),
    "taken": _("The role is taken away, and the person hears of it by mail."),
}
NAMED = {role: words for role, words in COURSE_ROLES.items() if role is not CourseRole.OWNER}
"""What an owner gives."""
MAY = {
    CourseRole.OWNER: _("does everything that a trainer does, and names the others."),
    CourseRole.TRAINER: _("writes and publishes, sees how learners fare, and marks."),
    CourseRole.REVIEWER: _("reads drafts, sees how learners fare, and marks."),
    CourseRole.TRANSLATOR: _("writes the files of other languages."),
}
LONGEST = 100
"""Signs of a name that is looked for."""


class RoleForm(AddressForm):
    """Whose address, and which role."""

    role = SelectField(lazy_gettext("Role"), choices=choices(NAMED))


@bp.get("/<slug>/people")
def holders(slug: str) -> str:
    """Who has which role; ``q`` looks for a name."""
    return _page(slug, RoleForm())


@bp.post("/<slug>/people")
def give(slug: str) -> Answer:
    """A role for who has confirmed an address, or for somebody whom the search found."""
    me, course, form = access.user(), course_here(slug, Action.NAME_ROLES), RoleForm.sent()
    public_id = request.form.get("person", "")
    if public_id:
        person = naming.find(me, course, public_id)
        role = _role(str(form.role.data))
    else:
        if not form.validate():
            return _page(slug, form), 422
        allowance.for_naming(me.public_id)
        try:
            person = naming.find_by_address(me, course, form.address.email)
        except Invalid as error:
            refused(form, error)
            return _page(slug, form), 422
        role = CourseRole(form.role.data)
    roles.give_in_course(me, person, course, role)
    db.session.commit()
    return back(".holders", "given", slug=slug)


@bp.get("/<slug>/people/<public_id>/<role>/removal")
def removal(slug: str, public_id: str, role: str) -> str:
    """One question."""
    course = course_here(slug, Action.NAME_ROLES)
    grant, person = _held(course, public_id, role)
    return confirm(
        course,
        title=gettext("Take this role away?"),
        intro=person.name,
        sentences=[
            gettext("Role: %(role)s", role=gettext(COURSE_ROLES[grant.role])),
            gettext(
                "The person can do at once no more than everybody else, and hears of it by mail."
            ),
        ],
        button=gettext("Take it away"),
        back=url_for(".holders", slug=slug),
        is_grave=True,
    )


@bp.post("/<slug>/people/<public_id>/<role>/removal")
def take(slug: str, public_id: str, role: str) -> Response:
    """End it."""
    course = course_here(slug, Action.NAME_ROLES)
    grant, person = _held(course, public_id, role)
    roles.take_in_course(access.user(), person, course, grant.role)
    db.session.commit()
    return back(".holders", "taken", slug=slug)


def _page(slug: str, form: RoleForm) -> str:
    me, course = access.user(), course_here(slug, Action.NAME_ROLES)
    words = request.args.get("q", "").strip()[:LONGEST]
    found, goes_on = naming.search(me, course, words)
    return render_template(
        "studio/people.html",
        course=course,
        course_title=title_here(course),
        holders=teaching.holders(me, course),
        may_take_owners=may(me, Action.ADD_PEOPLE),
        form=form,
        words=words,
        found=found,
        goes_on=goes_on,
        roles=COURSE_ROLES,
        named=NAMED,
        explained=MAY,
        done=DONE.get(request.args.get("done", "")),
    )


def _held(course: Course, public_id: str, role: str) -> tuple[CourseRoleGrant, User]:
    """The grant that the address names; an owner's is the administrators' to take."""
    for grant, person in teaching.holders(access.user(), course):
        if (person.public_id, grant.role.value) == (public_id, role):
            if grant.role is CourseRole.OWNER:
                require(access.user(), Action.ADD_PEOPLE)
            return grant, person
    raise Missing(gettext("There is no such role."))


def _role(text: str) -> CourseRole:
    if text not in [*NAMED]:
        raise Missing(_("There is no such role."))
    return CourseRole(text)
