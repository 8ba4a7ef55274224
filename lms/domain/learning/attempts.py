"""Attempts at quizzes, exams and surveys: started, saved as one goes, handed in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import catalogue, journal
from lms.domain.errors import Conflict, Denied, _
from lms.domain.grading import Response
from lms.domain.learning import handing_in, rules
from lms.domain.learning.completion import enrol
from lms.domain.learning.drawing import draw_paper
from lms.domain.learning.keeping import keep
from lms.domain.learning.marking import close_attempt
from lms.domain.learning.papers import Answers, answers_of, is_over, open_attempt
from lms.domain.learning.progress import progress_of
from lms.domain.learning.states import LessonState
from lms.domain.permissions import Action, Actor, require
from lms.models import Attempt, Course, Edition, Lesson, User, Verb

NO_FILES: Mapping[int, Response] = {}
_CLAIM = (
    update(Attempt)
    .where(
        Attempt.id == bindparam("attempt"),
        Attempt.counter < bindparam("newer"),
        Attempt.submitted_at.is_(None),
    )
    .values(counter=bindparam("newer"))
)
_HIGHEST = select(func.max(Attempt.number)).where(
    Attempt.user_id == bindparam("user"), Attempt.lesson_id == bindparam("lesson")
)


def start_attempt(me: User, course: Course, slug: str) -> Attempt:
    """The open attempt, or a new one if the rules allow it; it counts from this moment."""
    require(me, Action.LEARN)
    edition = catalogue.current_edition(course)
    lesson = catalogue.find_lesson(course, slug)
    text = catalogue.lesson_text(edition, lesson.slug)
    progress = progress_of(me, course, catalogue.text_of(edition))
    open_one = open_attempt(me, lesson) if progress.states[lesson.slug].open_attempt else None
    if open_one is not None and not is_over(open_one, journal.now()):
        return open_one
    if open_one is not None:
        close_attempt(open_one)
        progress = progress_of(me, course, catalogue.text_of(edition))
    if (reason := why_not(progress.states[lesson.slug], journal.now())) is not None:
        if open_one is not None:  # it was handed in just now: that is what there is to see
            return open_one
        raise reason
    if progress.begun_at is None:
        enrol(me, course)
    return _begin(me, course, edition, lesson, text)


def why_not(state: LessonState, now: datetime) -> Denied | None:
    """Why no new attempt may be started at this moment; None when it may."""
    if state.closed is not None or rules.closed_by_date(state.lesson, now) is not None:
        return Denied(_("This quiz is not open."))
    if state.waiting is not None:
        return Denied(
            _("Your last attempt waits for a trainer. Another may begin when it is marked.")
        )
    if state.attempts_left == 0:
        return Denied(_("All attempts are used."))
    if state.lesson.kind is LessonKind.SURVEY and state.tried:
        return Denied(_("You have answered this survey. Thank you."))
    if state.free_at is not None and now < state.free_at:
        return Denied(_("The next attempt may begin after the waiting time."))
    return None


def save_answers(
    me: Actor,
    attempt: Attempt,
    *,
    counter: int,
    responses: Mapping[int, Response],
    files: Mapping[int, Response] = NO_FILES,
) -> datetime:
    """Keep what was given so far; an older save changes nothing.

    responses: by position; positions that are not named keep what they have. files: the same for
    uploads; they are chosen by hand, so the one that comes last is the newest. Raises Conflict when
    the attempt was handed in or its time is over.
    """
    require(me, Action.SEE_ATTEMPT, attempt)
    now = journal.now()
    if attempt.submitted_at is not None or is_over(attempt, now):
        raise Conflict(_("This attempt was handed in."))
    _take(attempt, counter, responses, files, now)
    db.session.flush()
    return now


def submit_attempt(
    me: Actor,
    attempt: Attempt,
    *,
    counter: int,
    responses: Mapping[int, Response],
    files: Mapping[int, Response] = NO_FILES,
) -> Attempt:
    """Hand in; handing in twice changes nothing, for a bad network sends twice.

    Raises Unfinished, with everything kept, when something is missing; but never when the time is
    over: then what was saved is taken as it is.
    """
    require(me, Action.SEE_ATTEMPT, attempt)
    now = journal.now()
    if attempt.submitted_at is None and not is_over(attempt, now):
        given = _take(attempt, counter, responses, files, now)
        handing_in.check(attempt, answers_of(attempt) if given is None else given)
        return close_attempt(attempt, given)
    return close_attempt(attempt)


def _begin(me: User, course: Course, edition: Edition, lesson: Lesson, text: LessonText) -> Attempt:
    now = journal.now()
    attempt = Attempt(
        user_id=me.id,
        lesson_id=lesson.id,
        edition_id=edition.id,
        number=(db.session.scalar(_HIGHEST, {"user": me.id, "lesson": lesson.id}) or 0) + 1,
        paper=draw_paper(catalogue.text_of(edition), text),
        started_at=now,
        closes_at=rules.closes_at(text, now),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:  # another process started it a moment before
        return open_attempt(me, lesson) or _begin(me, course, edition, lesson, text)
    journal.record(me, Verb.ATTEMPTED, f"attempt:{attempt.id}", course_id=course.id)
    return attempt


def _take(
    attempt: Attempt,
    counter: int,
    responses: Mapping[int, Response],
    files: Mapping[int, Response],
    now: datetime,
) -> Answers | None:
    """All that is given then, if this save changed it: nobody else changes it before it is committed."""
    if _claim_counter(attempt, counter):
        return keep(attempt, {**responses, **files}, now)
    if files and _lock_open(attempt):
        return keep(attempt, files, now)
    db.session.refresh(attempt)
    return None


def _lock_open(attempt: Attempt) -> bool:
    """Whether it is still open; nobody hands it in until the transaction ends."""
    same = (Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
    return db.session.scalar(select(Attempt.id).where(*same).with_for_update()) is not None


def _claim_counter(attempt: Attempt, counter: int) -> bool:
    """Whether this save is newer than all that came before."""
    claimed = db.session.connection().execute(_CLAIM, {"attempt": attempt.id, "newer": counter})
    if claimed.rowcount:
        set_committed_value(attempt, "counter", counter)
    return bool(claimed.rowcount)
