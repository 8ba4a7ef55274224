"""What follows from progress: the certificate, as soon as it is earned."""

from sqlalchemy import select

from lms.database import db
from lms.domain import catalogue, certification, journal
from lms.domain.errors import Conflict, Missing, _
from lms.domain.learning import changes, diplomas, rechecking, renewing, standings
from lms.domain.learning.progress import Progress, progress_of
from lms.domain.permissions import Action, require
from lms.models import Certificate, Course, Edition, Enrolment, User


def issue_if_earned(user: User, course: Course, edition: Edition) -> Certificate | None:
    """Issue the certificate when everything holds and the address is confirmed; else None.

    Safe to call at any time: one person gets one certificate per course and validity period. Every
    deed that changes how far somebody is ends here, so it is also written down for the gradebook.
    """
    text = catalogue.text_of(edition)
    certifies = text.certificate is not None and user.confirmed_at is not None
    progress, made = progress_of(user, course, text), None
    if certifies and (renewing.is_earned(progress) or progress.is_complete):
        made = _issue(user, course, edition, progress, again=renewing.is_earned(progress))
    standings.keep(user, course, progress)
    return made


def renew(me: User, certificate: Certificate) -> Certificate:
    """The next one, for one that runs out or has: at once, if all that it asks for is done."""
    require(me, Action.HOLD_CERTIFICATE, certificate)
    course, edition, progress = progress_to_renew(me, certificate)
    earned = renewing.is_earned(progress, asked=True)
    made = _issue(me, course, edition, progress, again=True) if earned else None
    if made is None:
        raise Conflict(_("This certificate cannot be earned again yet."))
    return made


def progress_to_renew(me: User, certificate: Certificate) -> tuple[Course, Edition, Progress]:
    """What its holder did in its course, as the course is today. Missing for a diploma."""
    if certificate.course_id is None:
        raise Missing(_("A diploma does not run out."))
    course = db.session.get_one(Course, certificate.course_id)
    edition = catalogue.current_edition(course)
    return course, edition, progress_of(me, course, catalogue.text_of(edition))


def _issue(
    user: User, course: Course, edition: Edition, progress: Progress, *, again: bool
) -> Certificate | None:
    """The one of this period, or of the next; with it, perhaps the diploma of a path."""
    made = certification.issue(
        user,
        course,
        edition,
        progress.text,
        percent=exam_percent(progress),
        earned_at=journal.now(),
        period=progress.period + again,
    )
    if made is not None and progress.finish is None:
        diplomas.issue_if_earned(user, course)
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
    edition = rechecking.next_edition(Edition)
    if edition is None:
        return False
    course = db.session.get_one(Course, edition.course_id)
    current = catalogue.current_edition(course)
    is_current = edition.id == current.id
    learners = rechecking.next_learners(edition, course.id) if is_current else []
    for _place, user in learners:
        issue_if_earned(user, course, current)
    changes.tell_who_finished(course, current, [user for _place, user in learners])
    rechecking.remember(edition, learners)
    return True


def exam_percent(progress: Progress) -> int | None:
    """The best result of the exam (of the weakest, if there are several); None without an exam."""
    results = [state.best for state in renewing.exams(progress) if state.best is not None]
    return min(results) if results else None
