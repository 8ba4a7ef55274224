"""What the pages of the studio share: which course, and what it is called."""

from lms.content.source import read_source
from lms.content.tree import CourseTree
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


def title_of(course: Course, tree: CourseTree) -> str:
    """What the course is called in this tree; its address where it says nothing."""
    if "course.md" not in tree:
        return course.slug
    title = read_source("course.md", tree["course.md"]).header.get("title")
    return title.text if title else course.slug
