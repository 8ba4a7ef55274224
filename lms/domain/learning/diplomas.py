"""Diplomas: who holds the certificates of all courses of a path earns one, as a certificate of its own."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from lms.content.paths import PathText
from lms.database import db
from lms.domain import certification, paths
from lms.domain.learning import rechecking
from lms.domain.learning.finishing import is_held
from lms.domain.learning.rechecking import Learners
from lms.models import Certificate, Course, Path, PathEdition, User


def courses_for(text: PathText) -> Sequence[Course]:
    """The courses whose certificates earn the diploma; none where one of them has no certificate."""
    state = paths.state_of(text, None)
    return [leg.course for leg in state.legs] if state.earns_diploma else []


def issue_if_earned(user: User, course: Course) -> None:
    """After this person earned the certificate of this course."""
    for path, edition in paths.newest_editions():
        if course.slug in paths.text_of(path, edition).courses:
            _issue(user, path, edition)


def recheck_next_path() -> bool:
    """Look through some learners after a path was published; False when none is left.

    Each call is a transaction of its own; the edition remembers how far they came.
    """
    edition = rechecking.next_edition(PathEdition)
    if edition is None:
        return False
    path = db.session.get_one(Path, edition.path_id)
    current = paths.find(path.slug)[1]
    people = _next_people(path, edition) if edition.id == current.id else []
    for _place, user in people:
        _issue(user, path, edition)
    rechecking.remember(edition, people)
    return True


def _issue(user: User, path: Path, edition: PathEdition) -> None:
    text = paths.text_of(path, edition)
    courses = courses_for(text)
    hours = _hours(user, courses)
    if courses and len(hours) == len(courses):
        certification.issue_diploma(user, path, edition, text, hours=_sum(hours))


def _next_people(path: Path, edition: PathEdition) -> Learners:
    """Learners of the first course: who has all certificates is among them."""
    courses = courses_for(paths.text_of(path, edition))
    return rechecking.next_learners(edition, courses[0].id) if courses else []


def _hours(user: User, courses: Sequence[Course]) -> Mapping[int, str]:
    """Of the courses whose certificate this person holds, what the newest says; by course id."""
    rows = db.session.execute(
        select(Certificate.course_id, Certificate.hours)
        .where(
            Certificate.holder_id == user.id,
            Certificate.course_id.in_([course.id for course in courses]),
            is_held(),
        )
        .order_by(Certificate.period)
    )
    return {course_id: hours for course_id, hours in rows if course_id is not None}


def _sum(hours: Mapping[int, str]) -> str:
    """Nothing where one of them says none, or not as a number."""
    every = list(hours.values())
    return str(sum(map(int, every))) if all(one.isdecimal() for one in every) else ""
