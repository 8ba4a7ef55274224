"""A course you finished has changed: who is told, and what counts as a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.content import compare
from lms.content.outline import LessonKind, LessonText
from lms.database import db
from lms.domain import catalogue, editions, journal, notices
from lms.domain.learning.finishing import is_held
from lms.models import (
    Certificate,
    ChangeNotice,
    Course,
    Edition,
    MailKind,
    User,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Lessons that are new, and whether the text of the others says something else."""

    new: tuple[LessonText, ...]
    reworded: bool


def tell_who_finished(course: Course, edition: Edition, learners: Sequence[User]) -> None:
    """Tell those of them who hold the certificate what changed since they last heard of it."""
    last = _last_heard(course, learners)
    seen: dict[tuple[int, int], Difference] = {}
    for person in learners:
        if person.id not in last or person.suspended_at is not None:
            continue
        finished, heard = last[person.id]
        if (finished, heard) not in seen:
            seen[finished, heard] = _difference(course, edition, finished, heard)
        if (said := seen[finished, heard]).new or said.reworded:
            _tell(person, course, edition, said)


def _last_heard(course: Course, learners: Sequence[User]) -> dict[int, tuple[int, int]]:
    """Holder → the edition they finished, and the newest one that they heard of (their numbers)."""
    rows = db.session.execute(
        select(
            Certificate.holder_id,
            func.max(Certificate.edition_number),
            func.max(ChangeNotice.edition_number),
        )
        .outerjoin(
            ChangeNotice,
            (ChangeNotice.user_id == Certificate.holder_id)
            & (ChangeNotice.course_id == Certificate.course_id),
        )
        .where(
            Certificate.course_id == course.id,
            Certificate.holder_id.in_([person.id for person in learners]),
            is_held(),
        )
        .group_by(Certificate.holder_id)
    )
    return {
        holder: (finished, max(finished, heard or 0))
        for holder, finished, heard in rows
        if holder is not None
    }


def _difference(course: Course, edition: Edition, finished: int, heard: int) -> Difference:
    """What this edition has that those two did not have."""
    text = catalogue.text_of(edition)
    before = (editions.find(course, number) for number in (heard, finished))
    now, then, first = map(editions.lessons_in, (edition, *before))
    known = {**first, **then}
    new = {said.slug for one, said in now.items() if one not in known}
    return Difference(
        new=tuple(
            one for one in text.lessons if one.slug in new and one.kind is not LessonKind.SURVEY
        ),
        reworded=any(
            one in then and compare.is_reworded(then[one], said) for one, said in now.items()
        ),
    )


def _tell(person: User, course: Course, edition: Edition, said: Difference) -> None:
    notices.tell(
        person,
        MailKind.CHANGED,
        course=catalogue.text_of(edition).say(person.language).title,
        path=f"courses/{course.slug}/",
        new=[lesson.say(person.language).title for lesson in said.new],
    )
    known = db.session.get(ChangeNotice, (person.id, course.id))
    row = known or ChangeNotice(
        user_id=person.id, course_id=course.id, edition_number=0, at=journal.now()
    )
    row.edition_number, row.at = edition.number, journal.now()
    db.session.add(row)
    db.session.flush()
