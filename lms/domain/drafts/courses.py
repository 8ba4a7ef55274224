"""The courses that somebody writes, and new ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.content.starter import starter
from lms.database import add_once, db
from lms.domain import audit, catalogue, journal
from lms.domain.drafts import drafts
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, actor_id, may, require
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    Draft,
    DraftFile,
    Edition,
    User,
    Verb,
)

PAGE = 20
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
LONGEST_TITLE = 200
RESERVED = frozenset({"new"})
"""What stands in addresses of the studio itself."""


@dataclass(frozen=True, slots=True)
class Mine:
    """A course, its newest edition (None: not published yet), my draft, and how many files it changes."""

    course: Course
    edition: Edition | None
    draft: Draft | None
    files: int

    @property
    def title(self) -> str:
        """As my draft calls it."""
        if self.draft is not None:
            return drafts.title_of(self.course, drafts.tree_of(self.draft))
        if self.edition is None:
            return self.course.slug
        text = catalogue.text_of(self.edition)
        return text.say(text.language).title


def mine(me: User, *, page: int = 1) -> tuple[Sequence[Mine], bool]:
    """A page of the courses where I have a role, the last changed first, and whether there are more.

    Administrators see all.
    """
    files = (
        select(func.count(DraftFile.path))
        .where(DraftFile.draft_id == Draft.id)
        .correlate(Draft)
        .scalar_subquery()
    )
    query = (
        select(Course, Edition, Draft, files)
        .select_from(Course)
        .outerjoin(Edition, (Edition.course_id == Course.id) & (Edition.number == catalogue.NEWEST))
        .outerjoin(Draft, (Draft.course_id == Course.id) & (Draft.owner_id == me.id))
        .order_by(
            Draft.changed_at.is_(None),
            Draft.changed_at.desc(),
            func.coalesce(Edition.published_at, Course.created_at).desc(),
            Course.slug,
        )
    )
    if not may(me, Action.ADMINISTER):
        theirs = select(CourseRoleGrant.course_id).where(CourseRoleGrant.user_id == me.id)
        query = query.where(Course.id.in_(theirs))
    rows = db.session.execute(query.limit(PAGE + 1).offset(PAGE * (page - 1)))
    found = [Mine(*row) for row in rows]
    return found[:PAGE], len(found) > PAGE


def create(me: User, *, slug: str, title: str, language: str) -> Course:
    """A course that nobody sees yet: its writer owns it, and has a draft to begin with."""
    require(me, Action.CREATE_COURSE)
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise Invalid(_("Write a title of at most %(most)s characters."), field="title", most=200)
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG or slug in RESERVED:
        raise Invalid(
            _("Write the letters a to z, digits, and hyphens between them."), field="slug"
        )
    course = Course(slug=slug, created_at=journal.now())
    if not add_once(course):
        raise Invalid(_("Another course has this address."), field="slug")
    _own(me, course)
    drafts.change(me, course, starter(title, language=language, trainer=me.name))
    return course


def _own(me: User, course: Course) -> None:
    db.session.add(
        CourseRoleGrant(
            user_id=me.id,
            course_id=course.id,
            role=CourseRole.OWNER,
            at=journal.now(),
            by=actor_id(me),
        )
    )
    db.session.flush()
    audit.record(
        me,
        Verb.CREATED,
        f"course:{course.id}",
        person=me,
        course_id=course.id,
        changes={"slug": (None, course.slug), "role": (None, CourseRole.OWNER)},
    )
