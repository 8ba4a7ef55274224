"""The editions of a course: who published which, when, and what each of them changed for learners."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from lms.content import compare
from lms.content.outline import LessonText
from lms.database import db
from lms.domain import catalogue
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, require
from lms.models import Course, Edition, EditionLesson, User

PAGE = 10
"""Each of them is read to say what it changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Lessons that are new, that are gone, and of others how many sections and questions changed."""

    new: tuple[LessonText, ...] = ()
    gone: tuple[LessonText, ...] = ()
    changed: tuple[tuple[LessonText, int], ...] = ()

    @property
    def sections(self) -> int:
        """Changed in lessons that were there before."""
        return sum(number for _lesson, number in self.changed)


@dataclass(frozen=True, slots=True)
class Listed:
    """An edition, who published it (None: nobody who is here, or a command), and what it changed.

    difference: None for the first edition.
    """

    edition: Edition
    by: User | None
    difference: Difference | None


def listed(course: Course, *, page: int = 1) -> tuple[Sequence[Listed], bool]:
    """A page of them, the newest first, and whether there are more. Everybody may know."""
    rows = db.session.execute(
        select(Edition, User)
        .outerjoin(User, User.public_id == Edition.published_by)
        .where(Edition.course_id == course.id)
        .order_by(Edition.number.desc())
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    before = [edition for edition, _user in rows[1:]]
    found = [
        Listed(edition, user, between(before[n], edition) if n < len(before) else None)
        for n, (edition, user) in enumerate(rows)
    ]
    return found[:PAGE], len(found) > PAGE


def find(course: Course, number: int) -> Edition:
    """The edition with this number; Missing when there is none."""
    edition = db.session.scalar(
        select(Edition).where(Edition.course_id == course.id, Edition.number == number)
    )
    if edition is None:
        raise Missing(_("There is no such edition."))
    return edition


def take_along(me: User, course: Course, number: int) -> Edition:
    """An edition whose files somebody of the course wants to have."""
    require(me, Action.SEE_STUDIO, course)
    return find(course, number)


def between(before: Edition, after: Edition) -> Difference:
    """What the later one changed; worked out once a process, for editions never change."""
    return _between(before.id, before.digest, after.id, after.digest)


def since(course: Course, number: int, now: Edition) -> Difference:
    """What changed since the edition with this number; nothing where there is no such edition."""
    if number == now.number:
        return Difference()
    try:
        return between(find(course, number), now)
    except Missing:
        return Difference()


def lessons_in(edition: Edition) -> dict[int, LessonText]:
    """Lesson id → what the edition says about it."""
    rows = db.session.execute(
        select(EditionLesson.lesson_id, EditionLesson.slug).where(
            EditionLesson.edition_id == edition.id
        )
    )
    return {one: catalogue.lesson_text(edition, slug) for one, slug in rows}


@lru_cache(maxsize=256)
def _between(before: int, _digest: str, after: int, _other: str) -> Difference:
    """The digests tell apart editions of different databases."""
    old, new = (lessons_in(db.session.get_one(Edition, one)) for one in (before, after))
    order = [
        lesson.path for lesson in catalogue.text_of(db.session.get_one(Edition, after)).lessons
    ]
    in_order = sorted(new.items(), key=lambda pair: order.index(pair[1].path))
    counts = [
        (said, len(compare.changed_parts(old[one], said))) for one, said in in_order if one in old
    ]
    return Difference(
        new=tuple(said for one, said in in_order if one not in old),
        gone=tuple(said for one, said in old.items() if one not in new),
        changed=tuple(pair for pair in counts if pair[1]),
    )
