"""What follows from progress: the certificate, as soon as it is earned."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.content.outline import LessonKind
from lms.database import db
from lms.domain import catalogue, certification, journal
from lms.domain.learning import changes, standings
from lms.domain.learning.progress import Progress, progress_of
from lms.models import Certificate, Course, Edition, Enrolment, User

BATCH = 200
"""How many learners are looked at in one transaction: nobody waits long for the lock."""


def issue_if_earned(user: User, course: Course, edition: Edition) -> Certificate | None:
    """Issue the certificate when everything holds and the address is confirmed; else None.

    Safe to call at any time: one person gets one certificate per course and validity period. Every
    deed that changes how far somebody is ends here, so it is also written down for the gradebook.
    """
    text = catalogue.text_of(edition)
    certifies = text.certificate is not None and user.confirmed_at is not None
    progress, made = progress_of(user, course, text), None
    if certifies and progress.is_complete:
        made = certification.issue(
            user, course, edition, text, percent=exam_percent(progress), earned_at=journal.now()
        )
    standings.keep(user, course, progress)
    return made


def issue_waiting(user: User) -> None:
    """For somebody who confirmed the address: what was earned before."""
    courses = select(Course).join(Enrolment).where(Enrolment.user_id == user.id)
    for course in db.session.scalars(courses).all():
        issue_if_earned(user, course, catalogue.current_edition(course))


def recheck_next_edition() -> bool:
    """Look through some learners of a newly published course; False when there is nothing left.

    A dropped lesson can earn somebody the certificate, and who finished the course before hears of
    what is new. Each call is a transaction of its own; the edition remembers how far they came.
    """
    edition = db.session.scalar(
        select(Edition)
        .where(Edition.rechecked_at.is_(None))
        .order_by(Edition.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if edition is None:
        return False
    course = db.session.get_one(Course, edition.course_id)
    current = catalogue.current_edition(course)
    learners = _next_learners(edition) if edition.id == current.id else []
    for _place, user in learners:
        issue_if_earned(user, course, current)
    changes.tell_who_finished(course, current, [user for _place, user in learners])
    if len(learners) == BATCH:
        edition.rechecked_to = learners[-1][0]
    else:
        edition.rechecked_at = journal.now()
    return True


def _next_learners(edition: Edition) -> Sequence[tuple[int, User]]:
    rows = db.session.execute(
        select(Enrolment.id, User)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == edition.course_id, Enrolment.id > edition.rechecked_to)
        .order_by(Enrolment.id)
        .limit(BATCH)
    )
    return [(place, user) for place, user in rows]


def exam_percent(progress: Progress) -> int | None:
    """The best result of the exam (of the weakest, if there are several); None without an exam."""
    exams = [s for s in progress.states.values() if s.lesson.kind is LessonKind.EXAM]
    results = [state.best for state in exams if state.best is not None]
    return min(results) if results else None
