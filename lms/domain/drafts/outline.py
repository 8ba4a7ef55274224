"""The outline of a course in somebody's draft: what is done to it, and whom it concerns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select, union

from lms.content import planning
from lms.content.outline import LessonKind
from lms.content.plan import Plan, plan_of
from lms.content.tree import CourseTree, TreeError
from lms.database import db
from lms.domain.drafts import drafts
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, require
from lms.models import Attempt, Completion, Course, Enrolment, Lesson, User

Result = TypeVar("Result")
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Affected:
    """Learners of the course, and those of them who did something in the lessons."""

    learners: int
    active: int


def plan_for(me: User, course: Course) -> tuple[CourseTree, Plan]:
    """The course as this person writes it, and its outline."""
    tree = drafts.working_tree(me, course)
    return tree, plan_of(tree)


def add_module(me: User, course: Course, title: str) -> str:
    """At the end; its folder."""
    return _change(
        me, course, lambda tree: planning.add_module(tree, _title(title)), field="module_title"
    )


def add_lesson(
    me: User, course: Course, folder: str, title: str, kind: LessonKind, body: str
) -> str:
    """At the end of a module, with a text to begin with; its path."""
    return _change(
        me,
        course,
        lambda tree: planning.add_lesson(tree, folder, _title(title), kind, body),
        field="title",
    )


def add_translation(me: User, course: Course, path: str, language: str) -> str:
    """A file for another language; its path. Translators may do this, too."""
    return _change(
        me,
        course,
        lambda tree: planning.add_translation(tree, path, language),
        action=Action.TRANSLATE_COURSE,
    )


def rename(me: User, course: Course, path: str, title: str, name: str) -> str:
    """A lesson (its file) or a module (its folder); what it is called then."""
    known = _published(course)

    def renamed(tree: CourseTree) -> tuple[CourseTree, str]:
        deed = planning.rename_lesson if path.endswith(".md") else planning.rename_module
        return deed(tree, path, _title(title), name, known)

    return _change(me, course, renamed, field="name")


def move(me: User, course: Course, path: str, folder: str, position: int) -> None:
    """A lesson into this module, or a module (folder "") among the others, to this place from 0."""
    known = _published(course)

    def moved(tree: CourseTree) -> tuple[CourseTree, None]:
        if path.endswith(".md"):
            return planning.move_lesson(tree, path, folder, position, known), None
        return planning.move_module(tree, path, position), None

    _change(me, course, moved)


def remove(me: User, course: Course, path: str) -> None:
    """A lesson with its translations, or a module with all that is in it."""
    _change(me, course, lambda tree: (planning.remove(tree, path), None))


def affected(me: User, course: Course, path: str) -> Affected:
    """How many learners a removal concerns."""
    require(me, Action.EDIT_COURSE, course)
    _tree, plan = plan_for(me, course)
    with _refusing(""):
        gone = (plan.lesson(path)[1],) if path.endswith(".md") else plan.module(path).lessons
    lessons = select(Lesson.id).where(
        Lesson.course_id == course.id, Lesson.slug.in_([one.slug for one in gone])
    )
    active = union(
        select(Completion.user_id).where(Completion.lesson_id.in_(lessons)),
        select(Attempt.user_id).where(Attempt.lesson_id.in_(lessons)),
    ).subquery()
    learners = select(func.count(Enrolment.id)).where(Enrolment.course_id == course.id)
    return Affected(
        db.session.scalar(learners) or 0,
        db.session.scalar(select(func.count()).select_from(active)) or 0,
    )


def _change(
    me: User,
    course: Course,
    deed: Callable[[CourseTree], tuple[CourseTree, Result]],
    *,
    field: str = "",
    action: Action = Action.EDIT_COURSE,
) -> Result:
    require(me, action, course)
    drafts.open_draft(me, course)  # first: what is read now stays as it is until the end
    with _refusing(field):
        after, result = deed(drafts.working_tree(me, course))
    drafts.change(me, course, after)
    return result


@contextmanager
def _refusing(field: str) -> Iterator[None]:
    try:
        yield
    except TreeError as error:
        raise Invalid(error.message, field=field, **error.values) from error


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise TreeError(_("Write a title of at most %(most)s characters."), most=LONGEST_TITLE)
    return title


def _published(course: Course) -> set[str]:
    """Every lesson that learners may know."""
    return set(db.session.scalars(select(Lesson.slug).where(Lesson.course_id == course.id)))
