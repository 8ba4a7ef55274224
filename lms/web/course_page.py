"""The page of a course: what one will be able to do, what is inside, what earns the certificate."""

from flask import render_template
from flask_babel import gettext as _

from lms.content.outline import CourseText, Requirement, Requires
from lms.domain.learning import desk
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import access, language, linked_data, rendering, theme
from lms.web.licences import licence_url
from lms.web.versions import versions


def page(course: Course, edition: Edition, text: CourseText, progress: Progress | None) -> str:
    """The whole page; ``progress`` is None for visitors."""
    words = text.say(language.current())
    every = versions("learn.course", text.languages, slug=course.slug)
    return render_template(
        "learn/course.html",
        course=course,
        edition=edition,
        text=text,
        said=words,
        progress=progress,
        to_mark=desk.courses_to_mark(me).get(course.id) if (me := access.me()) else None,
        stretches=rendering.stretches(course, edition, "course.md", text.parts),
        earns=[_requirement(one) for one in text.complete] if text.certificate else [],
        licence_url=licence_url(text.license),
        versions=every,
        data=linked_data.of_course(edition, text, every.canonical),
    )


def _requirement(one: Requirement) -> str:
    """A condition of the certificate in words."""
    sentences = {
        Requires.ALL_LESSONS: _("all required lessons done"),
        Requires.ASSIGNMENT: _("assignment reviewed"),
        Requires.EXAM: _("final exam passed"),
    }
    if one.score is not None:
        return str(_("final exam with at least %(percent)s", percent=theme.share(one.score)))
    return str(sentences[one.kind])
