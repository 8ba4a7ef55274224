"""Done and not done: lessons that are read, and the beginning of an enrolment."""

from sqlalchemy import delete, select

from lms.content.outline import LessonKind, LessonText
from lms.database import add_once, db
from lms.domain import catalogue, journal
from lms.domain.errors import Denied, Invalid, _
from lms.domain.learning import standings
from lms.domain.learning.earning import issue_if_earned
from lms.domain.learning.progress import progress_of
from lms.domain.permissions import Action, require
from lms.models import Attempt, Completion, Course, Edition, Enrolment, Lesson, User, Verb


def complete_lesson(me: User, course: Course, slug: str) -> None:
    """The Done button: only for lessons that are read; doing it twice changes nothing."""
    require(me, Action.LEARN)
    edition = catalogue.current_edition(course)
    _refuse_without_button(catalogue.lesson_text(edition, slug))
    _complete(me, course, edition, slug)


def complete_open_lesson(me: User, course: Course, slug: str) -> None:
    """It is done, whatever its kind, and all that follows; Denied as long as it is closed."""
    require(me, Action.LEARN)
    _complete(me, course, catalogue.current_edition(course), slug)


def _complete(me: User, course: Course, edition: Edition, slug: str) -> None:
    closed = progress_of(me, course, catalogue.text_of(edition)).states[slug].closed
    if closed is not None:
        raise Denied(_("This lesson is not open yet."))
    record_completion(me, course, edition, catalogue.find_lesson(course, slug))
    issue_if_earned(me, course, edition)


def reopen_lesson(me: User, course: Course, slug: str) -> None:
    """Undo the Done button; a certificate that was earned stays."""
    require(me, Action.LEARN)
    lesson = catalogue.find_lesson(course, slug)
    edition = catalogue.current_edition(course)
    _refuse_without_button(catalogue.lesson_text(edition, slug))
    _reopen(me, course, lesson)
    issue_if_earned(me, course, edition)


def record_completion(user: User, course: Course, edition: Edition, lesson: Lesson) -> None:
    """Write that the lesson is done, once; the first time counts."""
    enrol(user, course)
    now = journal.now()
    row = Completion(user_id=user.id, lesson_id=lesson.id, edition_id=edition.id, at=now)
    if add_once(row):
        journal.record(user, Verb.COMPLETED, f"lesson:{lesson.id}", course_id=course.id)


def take_back(user: User, course: Course, lesson: Lesson) -> None:
    """A corrected mark no longer passes: not done, unless another attempt passed.

    A certificate that was earned stays.
    """
    passed = select(Attempt.id).where(
        Attempt.user_id == user.id, Attempt.lesson_id == lesson.id, Attempt.passed.is_(True)
    )
    if db.session.scalar(passed.limit(1)) is None:
        _reopen(user, course, lesson)


def _reopen(user: User, course: Course, lesson: Lesson) -> None:
    mine = (Completion.user_id == user.id, Completion.lesson_id == lesson.id)
    if db.session.scalar(select(Completion.id).where(*mine)) is not None:
        db.session.execute(delete(Completion).where(*mine))
        journal.record(user, Verb.REOPENED, f"lesson:{lesson.id}", course_id=course.id)


def _refuse_without_button(text: LessonText) -> None:
    if text.kind is LessonKind.ATTENDANCE:
        raise Invalid(_("This lesson is done with the code that is shown where it takes place."))
    if text.is_asked:
        raise Invalid(_("A quiz is done when it is passed, a survey when it is sent."))


def enrol(user: User, course: Course) -> None:
    """The learner is in this course from now on; twice changes nothing."""
    mine = (Enrolment.user_id == user.id, Enrolment.course_id == course.id)
    if db.session.scalar(select(Enrolment.id).where(*mine)) is not None:
        return
    if add_once(Enrolment(user_id=user.id, course_id=course.id, started_at=journal.now())):
        standings.begin(user, course)
        journal.record(user, Verb.ENROLLED, f"course:{course.id}", course_id=course.id)
