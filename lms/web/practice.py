"""Practice questions: answered on the page, for everybody, and nothing is stored."""

from flask import Blueprint, Response, request

from lms.content.outline import CourseText, LessonText
from lms.database import begin_reading
from lms.domain import catalogue
from lms.domain.catalogue import Place
from lms.domain.errors import Missing, _
from lms.domain.learning.progress import progress_of
from lms.web import access, caching, lesson_page, places, rendering
from lms.web.feedback import feedback

bp = Blueprint("practice", __name__)


@bp.post("/courses/<slug>/<module>/<name>/practice/<question_id>")
def check(slug: str, module: str, name: str, question_id: str) -> Response:
    """The lesson again, with what is said to this answer."""
    begin_reading()
    caching.never_keep()
    place = _place(slug, f"{module}/{name}")
    lesson = _lesson(place.text, place.lesson)
    number = _number(lesson, question_id)
    question = lesson.questions[number]
    course = catalogue.find_course(slug)
    edition = catalogue.current_edition(course)
    me = access.me()
    said = feedback(
        question,
        rendering.practice_order(edition, question),
        rendering.page_for(course, edition, question.path),
        request.form,
        rendering.practice_name(number),
        blanks=rendering.practice_blanks(edition, question),
    )
    progress = progress_of(me, course, place.text) if me else None
    return lesson_page.page(place, lesson, progress, said)


def _place(slug: str, lesson_slug: str) -> Place:
    place = places.find(slug, lesson_slug)
    if place is None:
        raise Missing(_("There is no such lesson."))
    return place


def _lesson(text: CourseText, slug: str) -> LessonText:
    """The questions of a quiz cannot be practised: that would tell its answers."""
    lesson = text.lesson(slug)
    if lesson is None or lesson.is_asked:
        raise Missing(_("There is no such question."))
    return lesson


def _number(lesson: LessonText, question_id: str) -> int:
    for number, question in enumerate(lesson.questions):
        if question.id == question_id:
            return number
    raise Missing(_("There is no such question."))
