"""The page of a course: what one will be able to do, what is inside, what earns the certificate."""

from flask import render_template

from lms.content.outline import CourseText
from lms.domain import editions
from lms.domain.learning import desk
from lms.domain.learning.progress import Progress
from lms.domain.permissions import Action, may
from lms.models import Course, Edition
from lms.web import access, language, linked_data, remarks, rendering
from lms.web.licences import licence_url
from lms.web.versions import versions


def page(course: Course, edition: Edition, text: CourseText, progress: Progress | None) -> str:
    """The whole page; ``progress`` is None for visitors."""
    words = text.say(language.current())
    me = access.me()
    to_mark = desk.courses_to_mark(me).get(course.id) if me else None
    may_count = to_mark is not None and text.has_meetings
    finish = progress.finish if progress else None
    every = versions("learn.course", text.languages, slug=course.slug)
    return render_template(
        "learn/course.html",
        course=course,
        edition=edition,
        text=text,
        said=words,
        progress=progress,
        to_mark=to_mark,
        takes_attendance=may_count and may(me, Action.TAKE_ATTENDANCE, course),
        stretches=rendering.stretches(course, edition, "course.md", text.parts),
        since=editions.since(course, finish.edition_number, edition) if finish else None,
        earns=remarks.conditions(text, progress),
        licence_url=licence_url(text.license),
        versions=every,
        data=linked_data.of_course(edition, text, every.canonical),
    )
