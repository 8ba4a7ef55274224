"""The page before a quiz: its rules in words, what was reached so far, and the button that starts it."""

from flask import render_template

from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import grading
from lms.domain.catalogue import Place
from lms.domain.learning import drawing, papers
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import access, remarks, rendering
from lms.web.versions import languages_of, versions


def page(place: Place, lesson: LessonText, progress: Progress | None) -> str:
    """The start page of a quiz, exam or survey; for a visitor without the button.

    An assignment shows its whole task, as a page does: one thinks about it before one writes.
    """
    course = db.session.get_one(Course, place.course.id)
    module, name = lesson.slug.split("/")
    edition = db.session.get_one(Edition, place.edition.id)
    text = place.text
    state = progress.states[lesson.slug] if progress else None
    reader = access.me()
    is_task = lesson.kind is LessonKind.ASSIGNMENT
    return render_template(
        "quiz/start.html",
        course=course,
        edition=edition,
        text=text,
        lesson=lesson,
        progress=progress,
        state=state,
        task=rendering.stretches(course, edition, lesson.path, lesson.parts) if is_task else (),
        by_hand=any(q.kind in grading.BY_HAND for q in lesson.questions),
        intro=rendering.intro(course, edition, lesson),
        size=drawing.paper_size(text, lesson),
        sources=drawing.sources(text, lesson),
        refusal=remarks.refusal(state) if state else "",
        remarks_here=remarks.remarks(text, lesson, state),
        versions=versions(
            "learn.lesson", languages_of(lesson), slug=course.slug, module=module, name=name
        ),
        earlier=papers.attempts_at(reader, course, lesson.slug) if reader else [],
    )
