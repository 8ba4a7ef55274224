"""Attempts: starting, answering with every answer saved, handing in, and the result."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue, grading
from lms.domain.errors import Conflict, Invalid
from lms.domain.grading import Response as Given
from lms.domain.learning import attempts, marking, papers
from lms.domain.learning import uploads as handed_in
from lms.domain.learning.handing_in import Unfinished
from lms.domain.learning.progress import progress_of
from lms.models import Attempt
from lms.web import (
    access,
    caching,
    downloads,
    fields,
    numbers,
    questions,
    quiz_review,
    rendering,
    uploads,
)

bp = Blueprint("quiz", __name__)


@bp.post("/courses/<slug>/<module>/<name>/attempts")
def start(slug: str, module: str, name: str) -> AnyResponse:
    """Start, or go back to the attempt that is open."""
    course = catalogue.find_course(slug)
    attempt = attempts.start_attempt(access.user(), course, f"{module}/{name}")
    attempt_id = attempt.id  # what is asked of the row after the commit is read again
    db.session.commit()
    return redirect(url_for("quiz.attempt", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>")
def attempt(attempt_id: int) -> AnyResponse | str:
    """The questions, with what was given so far; a finished attempt leads to its result."""
    mine = papers.find_attempt(access.user(), attempt_id)
    if _closed(mine):
        return redirect(url_for("quiz.result", attempt_id=attempt_id), 303)
    return _attempt_page(mine, {})


@bp.post("/attempts/<int:attempt_id>")
def save(attempt_id: int) -> AnyResponse | tuple[str, int]:
    """Save what was given so far, or hand in (button ``submit``)."""
    if uploads.may_come():
        begin_reading()  # what comes with the form is stored before the transaction that writes
    mine = papers.find_attempt(access.user(), attempt_id)
    received = uploads.receive(papers.paper_of(mine), access.user().public_id)
    if not received.is_whole:
        return _attempt_page(mine, received.problems), 413
    me = access.user()
    counter = numbers.read(request.form.get("counter"), mine.counter + 1)
    given: dict[str, Any] = {
        "counter": counter,
        "responses": _responses(mine),
        "files": received.files,
    }
    try:
        if "submit" in request.form and not received.problems:
            attempts.submit_attempt(me, mine, **given)
            db.session.commit()
            return redirect(url_for("quiz.result", attempt_id=attempt_id), 303)
        attempts.save_answers(me, mine, **given)
    except Unfinished as unfinished:
        db.session.commit()
        return _attempt_page(mine, unfinished.problems), 422
    except Conflict:
        marking.close_attempt(mine)  # its time may be over; a second time changes nothing
        db.session.commit()
        return _too_late(mine)
    answer = None if received.problems else _saved(mine)
    db.session.commit()
    return answer or (_attempt_page(mine, received.problems), 422)


def _saved(mine: Attempt) -> AnyResponse:
    if _wants_json():
        return jsonify(counter=mine.counter)
    if "later" in request.form:
        return redirect(url_for("me.my_learning"), 303)
    place = request.form.get("save", "")
    anchor = place if place.startswith("q") else None
    return redirect(url_for("quiz.attempt", attempt_id=mine.id, saved=1, _anchor=anchor), 303)


@bp.get("/attempts/<int:attempt_id>/result")
def result(attempt_id: int) -> AnyResponse | str:
    """How it went, and as much of the answers as ``show:`` allows."""
    mine = papers.find_attempt(access.user(), attempt_id)
    if not _closed(mine):
        return redirect(url_for("quiz.attempt", attempt_id=attempt_id), 303)
    return _result_page(mine)


@bp.get("/attempts/<int:attempt_id>/files/<int:position>")
def file(attempt_id: int, position: int) -> AnyResponse:
    """A file that was handed in, for its owner and for those who mark it: to be kept, never to be run."""
    found = handed_in.find(access.user(), attempt_id, position)
    return downloads.attachment(found)


def _attempt_page(mine: Attempt, problems: Mapping[int, Invalid]) -> str:
    caching.never_keep()
    course, edition, lesson = papers.lesson_of(mine)
    given = {
        position: answer
        for position, answer in papers.answers_of(mine).items()
        if grading.is_given(answer.response)
    }
    paper = papers.paper_of(mine)
    return render_template(
        "quiz/attempt.html",
        course=course,
        text=catalogue.text_of(edition),
        lesson=lesson,
        attempt=mine,
        shown=[
            questions.shown(
                q.text,
                q.order,
                rendering.page_for(course, edition, q.text.path),
                number=q.position + 1,
                blanks=q.blanks,
            )
            for q in paper
        ],
        given={
            q.position: questions.as_shown(q.text, q.order, given[q.position].response, q.blanks)
            for q in paper
            if q.position in given
        },
        problems={f"q{at}-0": [fields.sentence(problem)] for at, problem in problems.items()},
    )


def _result_page(mine: Attempt) -> str:
    caching.never_keep()
    me = access.user()
    course, edition, lesson = papers.lesson_of(mine)
    now_text = catalogue.text_of(catalogue.current_edition(course))
    progress = progress_of(me, course, now_text)
    return render_template(
        "quiz/result.html",
        course=course,
        text=catalogue.text_of(edition),
        lesson=lesson,
        attempt=mine,
        progress=progress,
        **quiz_review.review(me, mine, course, lesson, progress),
    )


def _responses(mine: Attempt) -> dict[int, Given]:
    """What the browser sent, as it is stored; a question that was not sent at all keeps what it has."""
    return {
        q.position: questions.given(request.form, f"q{q.position}", q.text, q.order, q.blanks)
        for q in papers.paper_of(mine)
        if q.text.upload is None
    }


def _closed(mine: Attempt) -> bool:
    """Whether it is handed in; looking at one whose time is over hands it in."""
    if mine.submitted_at is None and papers.is_overdue(mine):
        begin_writing()
        marking.close_attempt(mine)
        db.session.commit()
    return mine.submitted_at is not None


def _too_late(mine: Attempt) -> AnyResponse | tuple[str, int]:
    if _wants_json():
        late: Response = jsonify(result=url_for("quiz.result", attempt_id=mine.id))
        late.status_code = 409
        return late
    return _result_page(mine), 409


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
