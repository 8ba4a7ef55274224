"""The trainer's desk: what waits for a mark in a course, and one page for each answer."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.content.outline import CourseText
from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue
from lms.domain.errors import Conflict
from lms.domain.learning import desk, reviewing
from lms.domain.learning.desk import Piece
from lms.domain.learning.reviewing import Work
from lms.domain.permissions import Action, may
from lms.web import access, caching, fields, language, mark_form, numbers, rendering
from lms.web.mark_form import MarkForm
from lms.web.marks import by_hand, lines_of, rubric_words

bp = Blueprint("marking", __name__)


@bp.get("/courses/<slug>/marking")
def answers(slug: str) -> str:
    """What waits, the oldest first; or what was marked, the newest first."""
    me, course = access.user(), catalogue.find_course(slug)
    caching.never_keep()
    is_marked = request.args.get("which") == "marked"
    page = min(max(numbers.read(request.args.get("page"), 1), 1), 100_000)
    pieces, goes_on = (desk.marked if is_marked else desk.waiting)(me, course, page)
    text = catalogue.text_of(catalogue.current_edition(course))
    return render_template(
        "marking/answers.html",
        course=course,
        text=text,
        rows=[(piece, *_titles(text, piece)) for piece in pieces],
        is_marked=is_marked,
        page=page,
        goes_on=goes_on,
        takes_attendance=text.has_meetings and may(me, Action.TAKE_ATTENDANCE, course),
        waiting=desk.count_waiting(me, [course.id])[course.id],
    )


@bp.get("/courses/<slug>/marking/<int:attempt_id>/<int:position>")
def answer(slug: str, attempt_id: int, position: int) -> str:
    """The question, what was given, and the form for the mark.

    That somebody looked is written down first: the one page that writes when it is read.
    """
    begin_writing()
    me = access.user()
    reviewing.look_at(me, catalogue.find_course(slug), attempt_id, position)
    db.session.commit()
    begin_reading()
    work = _work(slug, attempt_id, position)
    return _page(work, mark_form.filled(work))


@bp.post("/courses/<slug>/marking/<int:attempt_id>/<int:position>")
def mark(slug: str, attempt_id: int, position: int) -> Response | tuple[str, int]:
    """Keep the mark, and on to the next answer that waits (button ``next``) or back to the list."""
    work = _work(slug, attempt_id, position)
    form = mark_form.sent(work)
    if not form.validate():
        return _page(work, form), 422
    me = access.user()
    try:
        reviewing.give_mark(me, work.course, attempt_id, position, **form.said)
    except Conflict as conflict:
        db.session.rollback()
        work = _work(slug, attempt_id, position)
        form.see(work)
        return _page(work, form, fields.sentence(conflict)), 409
    following = desk.next_waiting(me, work.course, work.attempt) if "next" in request.form else None
    db.session.commit()
    if following is None:
        return redirect(url_for("marking.answers", slug=slug, saved=1), 303)
    return redirect(_address(slug, following), 303)


def _page(work: Work, form: MarkForm, conflict: str = "") -> str:
    caching.never_keep()
    question = work.question.text
    words = question.say(language.current())
    page = rendering.page_for(work.course, work.edition, question.path)
    rubric = rubric_words(question, work.criteria)
    return render_template(
        "marking/answer.html",
        work=work,
        form=form,
        conflict=conflict,
        words=words,
        prompt=page.inline(words.prompt),
        body=page.block(words.body),
        given=by_hand(question, work.lesson, work.answer, None),
        rubric=[(one.name, page.inline(one.earns)) for one in rubric],
        newest=work.marks[0] if work.marks else None,
        earlier=[(mark, lines_of(question, work.lesson, mark)) for mark in work.marks],
    )


def _work(slug: str, attempt_id: int, position: int) -> Work:
    me = access.user()
    return reviewing.find_work(me, catalogue.find_course(slug), attempt_id, position)


def _titles(text: CourseText, piece: Piece) -> tuple[str, str, str]:
    """Lesson and question as the newest edition words them, and in which language.

    What is no longer in the course has its name only.
    """
    lesson = text.lesson(piece.lesson)
    if lesson is None:
        return piece.lesson, "", text.language
    said = lesson.say(language.current())
    name = piece.question.rpartition("#")[2]
    prompts = [q.say(said.language).prompt for q in lesson.questions if q.id == name]
    return said.title, next(iter(prompts), ""), said.language


def _address(slug: str, piece: Piece) -> str:
    return url_for(
        "marking.answer", slug=slug, attempt_id=piece.attempt_id, position=piece.position
    )
