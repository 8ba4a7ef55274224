"""The learning record: everything somebody did here, for whoever they want to show it to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.domain import certification, downloads, journal
from lms.domain.certification import State
from lms.domain.learning.overview import CourseOfMine, courses_of
from lms.domain.permissions import Action, require
from lms.models import Certificate, Course, Download, DownloadKind, User, Verb


@dataclass(frozen=True, slots=True)
class CourseDone:
    """A course somebody is in. title is in language; hours as the course says; finished_at: None until then."""

    course: Course
    title: str
    language: str
    hours: str
    began_at: datetime
    last_at: datetime
    finished_at: datetime | None
    done: int
    required: int


@dataclass(frozen=True, slots=True)
class Earned:
    """A certificate, and what it is worth on the day of the record."""

    certificate: Certificate
    state: State


@dataclass(frozen=True, slots=True)
class Record:
    """All of it. hours: of the finished courses that say theirs as a number."""

    name: str
    made_at: datetime
    courses: Sequence[CourseDone]
    certificates: Sequence[Earned]

    @property
    def hours(self) -> int:
        """The sum over finished courses."""
        done = [one.hours for one in self.courses if one.finished_at]
        return sum(int(hours) for hours in done if hours.isdecimal())


def record_of(me: User, language: str) -> Record:
    """Courses in the order in which they were begun, certificates as they were issued."""
    require(me, Action.LEARN)
    now = journal.now()
    mine = sorted((_course(one, language) for one in courses_of(me)), key=lambda one: one.began_at)
    held = certification.current_of(me)[::-1]
    return Record(
        me.name_on_certificate,
        now,
        mine,
        [Earned(one, certification.state_of(one, now)) for one in held],
    )


def ask_for_file(me: User, language: str) -> Download:
    """Have the record made as a PDF."""
    require(me, Action.LEARN)
    journal.record(me, Verb.EXPORTED, f"user:{me.id}")
    return downloads.ask(me, DownloadKind.RECORD, language)


def _course(mine: CourseOfMine, language: str) -> CourseDone:
    progress = mine.progress
    said = progress.text.say(language)
    if progress.finish:
        finished: datetime | None = progress.finish.at
    else:
        finished = mine.last_at if progress.is_begun and progress.is_complete else None
    return CourseDone(
        course=mine.course,
        title=said.title,
        language=said.language,
        hours=progress.text.hours,
        began_at=progress.begun_at or mine.last_at,
        last_at=mine.last_at,
        finished_at=finished,
        done=progress.done,
        required=progress.required,
    )
