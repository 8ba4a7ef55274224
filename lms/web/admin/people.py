"""People: searching, one person's page, suspending."""

from functools import partial

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from lms.database import db
from lms.domain import catalogue, people
from lms.domain.errors import _
from lms.domain.people import Which
from lms.models import User
from lms.web import access, language
from lms.web.admin import words
from lms.web.admin.shared import Answer, ReasonForm, back, before, confirm, pages, refusal
from lms.web.forms import Form

bp = pages("admin_people", __name__)

DONE = {
    "suspended": _("The account is suspended, and signed out everywhere."),
    "reinstated": _("The account is open again."),
    "given": _("The role is given."),
    "taken": _("The role is taken away."),
}


class SearchForm(Form):
    """A part of a name or an address."""

    q = StringField(
        lazy_gettext("Name or address"),
        default="",
        render_kw={"maxlength": 200, "dir": "auto", "autocomplete": "off"},
    )


@bp.get("/people")
def found() -> str:
    """A page of people, the newest first."""
    asked = request.args.get("q", "")[:200]
    wanted = request.args.get("which", "")
    which = Which(wanted) if wanted in [*Which] else Which.ALL
    rows, is_more = people.search(access.user(), asked, which, before=before())
    return render_template(
        "admin/people.html",
        form=SearchForm(q=asked),
        rows=rows,
        asked=asked,
        which=which,
        before=before(),
        older=rows[-1].person.id if is_more else None,
        words=words,
    )


@bp.get("/people/<public_id>")
def person(public_id: str) -> str:
    """Roles, courses, sign-ins, suspensions; the forms that change them."""
    me = access.user()
    seen = people.profile(me, public_id)
    editions = catalogue.current_editions({course.id for _row, course in seen.enrolments})
    titles = {
        course.id: catalogue.text_of(edition).say(language.current())
        for course, edition in editions
    }
    named = {row.by for row in seen.suspensions} | {row.lifted_by or "" for row in seen.suspensions}
    return render_template(
        "admin/person.html",
        seen=seen,
        person=seen.person,
        titles=titles,
        names=people.names_of(named),
        running=next((row for row in seen.suspensions if row.lifted_at is None), None),
        every_course=catalogue.every_slug(),
        is_me=seen.person.id == me.id,
        done=DONE.get(request.args.get("done", "")),
        words=words,
    )


@bp.get("/people/<public_id>/suspension")
def suspension(public_id: str) -> str:
    """What it means, and why it is done."""
    return _suspension_page(people.find(access.user(), public_id), ReasonForm())


@bp.post("/people/<public_id>/suspension")
def suspend(public_id: str) -> Answer:
    """At once, in every browser."""
    me, form = access.user(), ReasonForm.sent()
    someone = people.find(me, public_id)
    suspend_them = partial(people.suspend, me, someone)
    if why_not := refusal(form, suspend_them, lambda: _suspension_page(someone, form)):
        return why_not
    db.session.commit()
    return back(".person", "suspended", public_id=public_id)


@bp.get("/people/<public_id>/reinstatement")
def reinstatement(public_id: str) -> str:
    """One question."""
    someone = people.find(access.user(), public_id)
    return confirm(
        title=gettext("Open this account again?"),
        intro=someone.name,
        sentences=[gettext("The person signs in anew, and hears of it by mail.")],
        button=gettext("Open it again"),
        back=url_for(".person", public_id=public_id),
        parent=(gettext("People"), url_for(".found")),
        is_grave=False,
    )


@bp.post("/people/<public_id>/reinstatement")
def reinstate(public_id: str) -> Response:
    """Lift the suspension."""
    me = access.user()
    people.reinstate(me, people.find(me, public_id))
    db.session.commit()
    return back(".person", "reinstated", public_id=public_id)


def _suspension_page(someone: User, form: ReasonForm) -> str:
    return render_template("admin/suspension.html", person=someone, form=form)
