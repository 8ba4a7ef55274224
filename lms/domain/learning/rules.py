"""The rules of a lesson at a moment: whether it can be begun, why not, and when it is due."""

from collections.abc import Container, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.content.outline import CourseText, LessonText
from lms.content.questions import Wait
from lms.domain.errors import _


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a lesson cannot be begun; ``values`` fill the sentence.

    until: when it opens, if that is known; is_over: it never will.
    """

    sentence: str
    values: Mapping[str, object]
    until: datetime | None = None
    is_over: bool = False

    @property
    def face(self) -> Hashable:
        """The same for two learners who read the same sentence with the same values in it."""
        values = self.values.values()
        return self.sentence, *(getattr(value, "slug", value) for value in values)


def closed(
    lesson: LessonText, text: CourseText, done: Container[str], now: datetime
) -> Closed | None:
    """The first reason that holds; a lesson that is done stays open for reading."""
    if lesson.slug in done:
        return None
    return closed_by_date(lesson, now) or closed_by_order(lesson, text, done)


def closed_by_date(lesson: LessonText, now: datetime) -> Closed | None:
    """What holds for everybody, visitors too. ``closes`` is the first moment at which it is shut."""
    rules = lesson.rules
    if rules.opens and now < rules.opens:
        return Closed(_("Opens on %(moment)s."), {"moment": rules.opens}, rules.opens)
    if rules.closes and now >= rules.closes:
        return Closed(_("Closed on %(moment)s."), {"moment": rules.closes}, is_over=True)
    return None


def open_to_visitors(lesson: LessonText, text: CourseText, now: datetime) -> bool:
    """Whether somebody without an account may mark it as done: nothing before it must be passed."""
    before = [text.lesson(slug) for slug in lesson.after]
    is_free = all(one is None or one.has_button for one in before)
    return lesson.has_button and is_free and closed_by_date(lesson, now) is None


def due_at(lesson: LessonText, started_at: datetime | None) -> datetime | None:
    """When it should be done: a date, or so long after the enrolment began (None: not begun)."""
    due = lesson.rules.due
    if isinstance(due, Wait):
        return started_at + due.length if started_at else None
    return due


def due_in_cohort(
    lesson: LessonText,
    started_at: datetime | None,
    dates: Mapping[str, Sequence[datetime]],
    now: datetime,
) -> datetime | None:
    """The same for who is in cohorts; dates: what they say, by lesson, "" for the end of the course.

    A cohort's deadline wins over the course's. Where it has none for the lesson, but the course has,
    it is the end of the cohort's time. Of several, the next counts; of several past, the last.
    """
    due = due_at(lesson, started_at)
    said = dates.get(lesson.slug) or (dates.get("") if lesson.rules.due else None)
    if not said:
        return due
    return min((date for date in said if date > now), default=max(said))


def closes_at(lesson: LessonText, now: datetime) -> datetime | None:
    """When an attempt that begins now is handed in: its time is over, or the quiz closes."""
    rules = lesson.rules
    ends = [now + rules.time.length] if rules.time else []
    return min([*ends, *([rules.closes] if rules.closes else [])], default=None)


def closed_by_order(lesson: LessonText, text: CourseText, done: Container[str]) -> Closed | None:
    """What must be done before it."""
    for slug in lesson.after:
        before = text.lesson(slug)
        if before is not None and slug not in done:
            sentence = (
                _("Opens when you pass “%(lesson)s”.")
                if before.is_graded
                else _("Opens when “%(lesson)s” is done.")
            )
            return Closed(sentence, {"lesson": before})
    return None
