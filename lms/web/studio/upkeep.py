"""Facts that age and sources that vanish: what should be looked at in a course."""

from flask import current_app, render_template

from lms.content.outline import LessonText
from lms.domain import catalogue, journal, upkeep
from lms.domain.errors import _
from lms.models import Verdict
from lms.web import access, language
from lms.web.people_only import pages

bp = pages("studio_upkeep", __name__)

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
    )


def _title(lesson: LessonText) -> str:
    return lesson.say(language.current()).title
