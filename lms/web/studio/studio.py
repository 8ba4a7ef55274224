"""The first page of the studio: my courses, and the form for a new one."""

from flask import render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectChoice, SelectField, StringField  # type: ignore[attr-defined]

from lms.content.plan import name_for
from lms.database import db
from lms.domain import upkeep
from lms.domain.drafts import courses
from lms.domain.errors import Invalid
from lms.domain.permissions import Action, may, require
from lms.web import access, language
from lms.web.admin.shared import Answer, back, page_number, refused
from lms.web.forms import Form
from lms.web.language import LANGUAGES
from lms.web.people_only import pages
from lms.web.studio.shared import DONE

bp = pages("studio", __name__)


class CourseForm(Form):
    """A title, an address, the language in which it is written."""

    title = StringField(
        lazy_gettext("Title"),
        default="",
        render_kw={
            "maxlength": courses.LONGEST_TITLE,
            "dir": "auto",
            "autocomplete": "off",
            "required": True,
        },
    )
    slug = StringField(
        lazy_gettext("Name in the address"),
        default="",
        render_kw={
            "maxlength": courses.LONGEST_SLUG,
            "dir": "ltr",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    language = SelectField(
        lazy_gettext("Language in which you write"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )


@bp.get("/")
def mine() -> str:
    """The courses where I have a role."""
    me = access.user()
    rows, is_more = courses.mine(me, page=page_number())
    return render_template(
        "studio/mine.html",
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        overdue=upkeep.overdue([(row.course, row.edition) for row in rows if row.edition]),
        creates=may(me, Action.CREATE_COURSE),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/new")
def new() -> str:
    """The form."""
    require(access.user(), Action.CREATE_COURSE)
    return _page(CourseForm(language=language.current()))


@bp.post("/new")
def create() -> Answer:
    """Begin it, from the small course that shows how courses are written."""
    me, form = access.user(), CourseForm.sent()
    require(me, Action.CREATE_COURSE)
    if not form.validate():
        return _page(form), 422
    title = form.title.data or ""
    slug = (form.slug.data or "").strip() or name_for(title, "course", courses.RESERVED)
    try:
        course = courses.create(me, slug=slug, title=title, language=form.language.data)
    except Invalid as error:
        refused(form, error)
        return _page(form), 422
    db.session.commit()
    return back("studio_outline.outline", "begun", slug=course.slug)


def _page(form: CourseForm) -> str:
    return render_template("studio/new.html", form=form)
