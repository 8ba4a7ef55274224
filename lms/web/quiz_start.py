"""The page before a quiz: its rules in words, what was reached so far, and the button that starts it."""

from flask import render_template

from lms.content.outline import LessonText
from lms.database import db
from lms.domain import journal
from lms.domain.catalogue import Place
from lms.domain.learning import attempts, drawing, papers
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import access, rendering


def page(place: Place, lesson: LessonText, progress: Progress | None) -> str:
    """The start page of a quiz, exam or survey; for a visitor without the button."""
    course = db.session.get_one(Course, place.course.id)
    edition = db.session.get_one(Edition, place.edition.id)
    text = place.text
    state = progress.states[lesson.slug] if progress else None
    now = journal.now()
    reader = access.me()
    return render_template(
        "quiz/start.html",
        course=course,
        edition=edition,
        text=text,
        lesson=lesson,
        progress=progress,
        state=state,
        intro=rendering.intro(course, edition, lesson),
        size=drawing.paper_size(text, lesson),
        refusal=attempts.why_not(state, now) if state else None,
        free_at=attempts.next_start(state) if state else None,
        now=now,
        earlier=papers.attempts_at(reader, course, lesson.slug) if reader else [],
    )
