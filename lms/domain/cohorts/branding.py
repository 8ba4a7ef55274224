"""Whose name, logo and signatory stand beside ours on a certificate: the partner of the cohort."""

from sqlalchemy import select

from lms.database import db
from lms.domain.cohorts.finding import is_seen
from lms.models import Cohort, CohortCourse, CohortMember, Course, Organisation, User


def partner_of(user: User, course: Course) -> Organisation | None:
    """The partner with whom this person takes this course, and who may know of it; of several the last."""
    return db.session.scalar(
        select(Organisation)
        .join(Cohort, Cohort.organisation_id == Organisation.id)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .join(CohortCourse, CohortCourse.cohort_id == Cohort.id)
        .where(
            CohortMember.user_id == user.id,
            CohortCourse.course_id == course.id,
            Organisation.partner_since.is_not(None),
            *is_seen(),
        )
        .order_by(CohortMember.id.desc())
        .limit(1)
    )
