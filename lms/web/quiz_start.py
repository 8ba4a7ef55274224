"""The page before a quiz: its rules in words, what was reached so far, and the button that starts it."""

from flask import render_template

from lms.content.outline import CourseText, LessonKind, LessonText
from lms.domain import grading, journal
from lms.domain.learning import attempts, drawing, papers
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import access, rendering


def page(
    course: Course,
    edition: Edition,
    text: CourseText,
    lesson: LessonText,
    progress: Progress | None,
) -> str:
    """The start page of a quiz, exam or survey; for a visitor without the button.

    An assignment shows its whole task, as a page does: one thinks about it before one writes.
    """
    state = progress.states[lesson.slug] if progress else None
    now = journal.now()
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
        refusal=attempts.why_not(state, now) if state else None,
        free_at=attempts.next_start(state) if state else None,
        now=now,
        earlier=papers.attempts_at(reader, course, lesson.slug) if reader else [],
    )
