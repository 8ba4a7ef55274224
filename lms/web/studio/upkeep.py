"""Facts that age and sources that vanish: what should be looked at in a course."""

from flask import current_app, render_template, request
from werkzeug.wrappers import Response

from lms.content.outline import LessonText
from lms.database import db
from lms.domain import catalogue, journal, upkeep
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, may
from lms.models import Verdict
from lms.web import access, language
from lms.web.admin.shared import back
from lms.web.people_only import pages
from lms.web.studio.shared import course_here

bp = pages("studio_upkeep", __name__)

DONE = {"noted": _("Today’s date stands in your draft. Publish it, and this list knows.")}
COURSE_FILE = "course.md"
VERDICTS = {
    Verdict.FOUND: _("There"),
    Verdict.BROKEN: _("Gone"),
    Verdict.UNCLEAR: _("No answer, or another one"),
    Verdict.FORBIDDEN: _("Not asked: it is not in the public web"),
}


@bp.get("/<slug>/upkeep")
def page(slug: str) -> str:
    """Which facts are overdue, and which addresses answer."""
    me, course = access.user(), catalogue.find_course(slug)
    text = catalogue.text_of(catalogue.current_edition(course))
    ages = upkeep.ages(me, course, text)
    return render_template(
        "studio/upkeep.html",
        course=course,
        said=text.say(language.current()),
        ages=ages,
        today=journal.now().date(),
        sources=upkeep.sources(me, course, text),
        lessons={lesson.slug: _title(lesson) for lesson in text.lessons},
        asks=current_app.config["CHECK_LINKS"],
        verdicts=VERDICTS,
        course_file=COURSE_FILE,
        edits=may(me, Action.EDIT_COURSE, course),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post("/<slug>/upkeep")
def note(slug: str) -> Response:
    """Somebody has checked the facts of a file today."""
    course = course_here(slug, Action.EDIT_COURSE)
    text = catalogue.text_of(catalogue.current_edition(course))
    path = request.form.get("path", "")
    if path not in {COURSE_FILE, *(lesson.path for lesson in text.lessons)}:
        raise Missing(_("There is no such file."))
    upkeep.note_checked(access.user(), course, path)
    db.session.commit()
    return back(".page", "noted", slug=slug)


def _title(lesson: LessonText) -> str:
    return lesson.say(language.current()).title
