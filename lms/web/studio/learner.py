"""One learner's path through a course, and what was given in an attempt: each look is written down."""

from flask import Blueprint, render_template

from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue
from lms.domain.learning import gradebook, papers
from lms.domain.learning.progress import progress_of
from lms.models import Course, User
from lms.web import access, caching, language, quiz_review

bp = Blueprint("studio_learner", __name__)


@bp.get("/<slug>/learners/<public_id>")
def path(slug: str, public_id: str) -> str:
    """Lesson by lesson: what is done, and each attempt."""
    me, course, person = _here(slug, public_id)
    text = catalogue.text_of(catalogue.current_edition(course))
    progress = progress_of(person, course, text)
    return render_template(
        "studio/learner.html",
        course=course,
        said=text.say(language.current()),
        person=person,
        progress=progress,
        states=[progress.states[lesson.slug] for lesson in text.lessons],
        attempts=gradebook.attempts_of(me, course, person),
    )


@bp.get("/<slug>/learners/<public_id>/attempts/<int:attempt_id>")
def attempt(slug: str, public_id: str, attempt_id: int) -> str:
    """All answers of one attempt. That somebody looked is written down first."""
    begin_writing()
    me, course, person = _here(slug, public_id)
    gradebook.look_at(me, course, person, attempt_id)
    db.session.commit()
    begin_reading()
    me, course, person = _here(slug, public_id)
    one = gradebook.find_attempt(me, course, person, attempt_id)
    paper, given = papers.paper_of(one), papers.answers_of(one)
    _home, edition, lesson = papers.lesson_of(one)
    return render_template(
        "studio/attempt.html",
        course=course,
        said=catalogue.text_of(edition).say(language.current()),
        person=person,
        lesson=lesson,
        attempt=one,
        answers=quiz_review.answers(one, paper, given, shows=True),
    )


def _here(slug: str, public_id: str) -> tuple[User, Course, User]:
    caching.never_keep()
    me, course = access.user(), catalogue.find_course(slug)
    return me, course, gradebook.find_learner(me, course, public_id)
