"""The outline of a course: modules and lessons, added, renamed, moved and removed in my draft."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import StringField

from lms.content import editing
from lms.content.outline import LessonKind
from lms.content.plan import LONGEST_NAME, plan_of
from lms.content.tree import CourseTree
from lms.database import begin_reading, db
from lms.domain.drafts import drafts, outline
from lms.domain.errors import Invalid, Missing, _
from lms.domain.permissions import Action, may
from lms.models import Course
from lms.web import access, fields, numbers
from lms.web.admin.shared import Answer, back, refused
from lms.web.forms import Form
from lms.web.language import LANGUAGES
from lms.web.people_only import pages
from lms.web.studio import stubs
from lms.web.studio.shared import DONE, confirm, course_here, title_here, tree_here, written_in

bp = pages("studio_outline", __name__)

KINDS = {
    LessonKind.PAGE: _("Page"),
    LessonKind.QUIZ: _("Quiz"),
    LessonKind.EXAM: _("Exam"),
    LessonKind.LAB: _("Lab"),
    LessonKind.ASSIGNMENT: _("Assignment"),
    LessonKind.SURVEY: _("Survey"),
    LessonKind.ATTENDANCE: _("Meeting"),
}


class NameForm(Form):
    """A title, and the part of the address that is the name."""

    title = StringField(
        lazy_gettext("Title"),
        default="",
        render_kw={"maxlength": 200, "dir": "auto", "autocomplete": "off", "required": True},
    )
    name = StringField(
        lazy_gettext("Name in the address"),
        default="",
        render_kw={
            "maxlength": LONGEST_NAME,
            "dir": "ltr",
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "required": True,
        },
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with a field of a small form: which form (folder or path), and the sentence."""

    where: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)


@bp.get("/<slug>", endpoint="outline")
def outline_of(slug: str) -> str:
    """Everything that is in the course."""
    return _page(course_here(slug))


@bp.post("/<slug>/modules")
def add_module(slug: str) -> Answer:
    """At the end."""
    course, title = course_here(slug, Action.EDIT_COURSE), request.form.get("title", "")
    return _done(course, "", "added", lambda: outline.add_module(access.user(), course, title))


@bp.post("/<slug>/lessons")
def add_lesson(slug: str) -> Answer:
    """At the end of a module, with something to write over."""
    course = course_here(slug, Action.EDIT_COURSE)
    folder, title = request.form.get("folder", ""), request.form.get("title", "")
    kind = _kind(request.form.get("kind", ""))
    body = stubs.body_of(kind, written_in(tree_here(course)))

    def add() -> str:
        outline.add_lesson(access.user(), course, folder, title, kind, body)
        return folder

    return _done(course, folder, "added", add)


@bp.post("/<slug>/translations")
def add_translation(slug: str) -> Answer:
    """A file for another language, with the text of the original to write over."""
    course = course_here(slug, Action.TRANSLATE_COURSE)
    path, spoken = request.form.get("path", ""), request.form.get("language", "")
    if spoken not in LANGUAGES:
        raise Missing(_("There is no such language."))

    def add() -> str:
        outline.add_translation(access.user(), course, path, spoken)
        return path

    return _done(course, path, "added", add)


@bp.get("/<slug>/name")
def name(slug: str) -> str:
    """The form for another title, or another name in the address."""
    course = course_here(slug, Action.EDIT_COURSE)
    path = request.args.get("path", "")
    title, called = _names(tree_here(course), path)
    return _name_page(course, path, NameForm(title=title, name=called))


@bp.post("/<slug>/name")
def rename(slug: str) -> Answer:
    """Progress follows: the file says what it was called before."""
    course, form = course_here(slug, Action.EDIT_COURSE), NameForm.sent()
    path = request.args.get("path", "")
    _names(tree_here(course), path)
    title, called = form.title.data or "", (form.name.data or "").strip()
    try:
        now = outline.rename(access.user(), course, path, title, called)
    except Invalid as error:
        refused(form, error)
        return _name_page(course, path, form), 422
    db.session.commit()
    return back(".outline", "renamed", slug=slug, _anchor=now)


@bp.post("/<slug>/moves")
def move(slug: str) -> Answer:
    """One place up or down, or to the place where it was dragged."""
    course = course_here(slug, Action.EDIT_COURSE)
    path, folder = request.form.get("path", ""), request.form.get("folder", "")
    position = numbers.read(request.form.get("position"), -1)

    def moved() -> str:
        outline.move(access.user(), course, path, folder, position)
        return folder or path

    return _done(course, path, "moved", moved)


@bp.get("/<slug>/removal")
def ask_to_remove(slug: str) -> str:
    """Whom it concerns, before it is done."""
    course = course_here(slug, Action.EDIT_COURSE)
    path = request.args.get("path", "")
    title, _called = _names(tree_here(course), path)
    concerned = outline.affected(access.user(), course, path)
    return confirm(
        course,
        title=gettext("Remove this lesson")
        if path.endswith(".md")
        else gettext("Remove this module"),
        intro=title,
        sentences=[
            ngettext(
                "%(num)d learner is in this course.",
                "%(num)d learners are in this course.",
                concerned.learners,
            ),
            ngettext(
                "%(num)d of them has done something here.",
                "%(num)d of them have done something here.",
                concerned.active,
            ),
            gettext(
                "When you publish, learners do not find it any more. What they did here is kept, "
                "and counts again when it comes back."
            ),
        ],
        button=gettext("Remove it from my draft"),
        back=url_for(".outline", slug=slug),
        is_grave=True,
    )


@bp.post("/<slug>/removal")
def remove(slug: str) -> Answer:
    """Out of the draft, with its translations."""
    course = course_here(slug, Action.EDIT_COURSE)
    path = request.args.get("path", "")
    _names(tree_here(course), path)
    outline.remove(access.user(), course, path)
    db.session.commit()
    return back(".outline", "removed", slug=slug)


# --- parts --------------------------------------------------------------------------------------


def _page(course: Course, wrong: Refused | None = None) -> str:
    me, tree = access.user(), tree_here(course)
    plan = plan_of(tree)
    modules = [f"{module.folder}/module.md" for module in plan.modules]
    texts = [path for path in tree.paths if "/" not in path and path.endswith(".md")]
    whole = sorted(texts, key=editing.original_of)  # each original before its translations
    return render_template(
        "studio/outline.html",
        course=course,
        course_title=drafts.title_of(course, tree),
        plan=plan,
        whole=whole,
        originals=[
            path for path in [*whole, *modules] if path in tree and not drafts.is_translation(path)
        ],
        others=[path for path in tree.paths if not path.endswith(".md")],
        source_language=written_in(tree),
        kinds=KINDS,
        beginnings={kind.value: KINDS[kind] for kind in stubs.KINDS},
        wrong=wrong or Refused(),
        edits=may(me, Action.EDIT_COURSE, course),
        translates=may(me, Action.TRANSLATE_COURSE, course),
        drafts=drafts.listed(me, course),
        done=DONE.get(request.args.get("done", "")),
    )


def _done(course: Course, where: str, done: str, deed: Callable[[], str]) -> Answer:
    """Back to the place of the outline that the deed names; why it was refused, beside the form ``where``."""
    try:
        anchor = deed()
    except Invalid as error:
        begin_reading()
        errors = {error.field or "form": [fields.sentence(error)]}
        return _page(course, Refused(where, errors)), 422
    db.session.commit()
    return back(".outline", done, slug=course.slug, _anchor=anchor)


def _names(tree: CourseTree, path: str) -> tuple[str, str]:
    """Title and name of a lesson or a module; 404 when it is not there."""
    for module in plan_of(tree).modules:
        if module.folder == path:
            return module.title, module.slug
        for lesson in module.lessons:
            if lesson.path == path:
                return lesson.title, lesson.slug.partition("/")[2]
    raise Missing(_("There is no such file."))


def _kind(value: str) -> LessonKind:
    known = {kind.value: kind for kind in stubs.KINDS}
    return known.get(value, LessonKind.PAGE)


def _name_page(course: Course, path: str, form: NameForm) -> str:
    return render_template(
        "studio/name.html", course=course, course_title=title_here(course), form=form, path=path
    )
