"""Being there: a trainer shows a code for some minutes, and whoever has it is done with the lesson."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select

from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import audit, catalogue, journal
from lms.domain.errors import Denied, Missing, _
from lms.domain.learning import completion
from lms.domain.permissions import Action, require
from lms.models import AttendanceCode, Completion, Course, Lesson, User, Verb

LETTERS = "34679ACDEFGHJKMNPQRTVWXY"
"""No sign that is taken for another one from the last row of a room: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U."""
LENGTH = 6
VALID = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A lesson of this kind, its course, and what the edition of today says of it."""

    course: Course
    lesson: Lesson
    text: LessonText


# --- who teaches --------------------------------------------------------------------------------


def meetings(me: User, course: Course) -> Sequence[LessonText]:
    """All lessons of the course that ask for being there."""
    require(me, Action.TAKE_ATTENDANCE, course)
    text = catalogue.text_of(catalogue.current_edition(course))
    return [one for one in text.lessons if one.kind is LessonKind.ATTENDANCE]


def find_meeting(me: User, course: Course, slug: str) -> Meeting:
    """One of them; Missing for a lesson of another kind."""
    require(me, Action.TAKE_ATTENDANCE, course)
    return _meeting(course, catalogue.find_lesson(course, slug))


def find_code(me: User, meeting: Meeting) -> AttendanceCode | None:
    """Mine, as long as it is valid: others may be in another room at the same time."""
    require(me, Action.TAKE_ATTENDANCE, meeting.course)
    return db.session.scalar(select(AttendanceCode).where(*_mine(me, meeting), *_is_valid()))


def show_code(me: User, meeting: Meeting) -> AttendanceCode:
    """A new one; it takes the place of my last one for this lesson."""
    require(me, Action.TAKE_ATTENDANCE, meeting.course)
    db.session.execute(delete(AttendanceCode).where(*_mine(me, meeting)))
    now = journal.now()
    db.session.execute(delete(AttendanceCode).where(AttendanceCode.ends_at <= now))
    made = AttendanceCode(
        code="".join(secrets.choice(LETTERS) for _n in range(LENGTH)),
        lesson_id=meeting.lesson.id,
        by=me.public_id,
        made_at=now,
        ends_at=now + VALID,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        me,
        Verb.CREATED,
        f"lesson:{meeting.lesson.id}",
        course_id=meeting.course.id,
        changes={"code": (None, made.ends_at.isoformat(timespec="seconds"))},
    )
    return made


def count_since(me: User, meeting: Meeting, code: AttendanceCode) -> int:
    """How many are done with the lesson since this code was made, wherever they were."""
    require(me, Action.TAKE_ATTENDANCE, meeting.course)
    which = (Completion.lesson_id == meeting.lesson.id, Completion.at >= code.made_at)
    return db.session.scalar(select(func.count()).where(*which)) or 0


# --- who is there -------------------------------------------------------------------------------


def cleaned(code: str) -> str:
    """As it was shown, however it was typed: small or full-width letters, other digits, spaces."""
    plain = unicodedata.normalize("NFKC", code).upper()
    digits = (str(unicodedata.decimal(sign, sign)) for sign in plain)
    return "".join(sign for sign in digits if sign.isalnum())[:LENGTH]


def find_by_code(me: User, code: str) -> Meeting:
    """What it is for; Missing when it is worth nothing, or nothing any more."""
    require(me, Action.LEARN)
    return _of(_valid(code))


def attend(me: User, code: str) -> Meeting:
    """I am there: the lesson is done, and all that follows from that; twice changes nothing."""
    require(me, Action.LEARN)
    found = _valid(code)
    meeting = _of(found)
    if found.by == me.public_id:
        raise Denied(_("Nobody confirms for themselves that they were there."))
    completion.complete_open_lesson(me, meeting.course, meeting.lesson.slug)
    return meeting


def _valid(code: str) -> AttendanceCode:
    which = AttendanceCode.code == cleaned(code)
    found = db.session.scalar(select(AttendanceCode).where(which, *_is_valid()))
    if found is None:
        raise Missing(
            _("This code is not the one that is shown, or it is over. Compare it once more.")
        )
    return found


def _of(code: AttendanceCode) -> Meeting:
    lesson = db.session.get_one(Lesson, code.lesson_id)
    return _meeting(db.session.get_one(Course, lesson.course_id), lesson)


def _meeting(course: Course, lesson: Lesson) -> Meeting:
    text = catalogue.lesson_text(catalogue.current_edition(course), lesson.slug)
    if text.kind is not LessonKind.ATTENDANCE:
        raise Missing(_("Nobody has to be anywhere for this lesson."))
    return Meeting(course, lesson, text)


def _mine(me: User, meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    return AttendanceCode.lesson_id == meeting.lesson.id, AttendanceCode.by == me.public_id


def _is_valid() -> tuple[ColumnElement[bool], ...]:
    return (AttendanceCode.ends_at > journal.now(),)
