"""What the pages of the studio share: which course, and who may be there."""

from lms.domain import catalogue
from lms.domain.permissions import Action, require
from lms.models import Course
from lms.web import access


def course_here(slug: str, action: Action = Action.SEE_STUDIO) -> Course:
    """The course in the address; 404, or 403 for who may not do this there."""
    me = access.user()
    course = catalogue.find_course(slug)
    require(me, action, course)
    return course
