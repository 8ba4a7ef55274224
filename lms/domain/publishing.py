"""Publishing: a tree of files becomes the next edition of a course."""

from datetime import datetime

from sqlalchemy import select

from lms.content import compare
from lms.content.check import Problem, Severity, read_course
from lms.content.outline import CourseText
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import audit, blobs, catalogue, identities, journal
from lms.domain.errors import Conflict, Invalid, _
from lms.domain.learning import standings
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.domain.search import indexing
from lms.models import (
    Course,
    Edition,
    EditionFile,
    Origin,
    Verb,
)


class NotPublishable(Invalid):
    """The check found errors; ``problems`` holds all it found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(_("The course has errors and was not published."))
        self.problems = problems


class WrittenInBrowser(Conflict):
    """The newest edition came from the browser, and the folder says something else.

    only_browser, only_folder, both: the files that differ, by where they are.
    """

    def __init__(self, slug: str, written: CourseTree, folder: CourseTree) -> None:
        super().__init__(
            _(
                "%(course)s was changed in the browser, and the folder says something else. Nothing "
                "was published. Export the course and compare, or import with --replace."
            ),
            course=slug,
        )
        paths = compare.differing(written, folder)
        self.only_browser = [path for path in paths if path not in folder]
        self.only_folder = [path for path in paths if path not in written]
        self.both = [path for path in paths if path in folder and path in written]


def publish_tree(
    actor: Actor, slug: str, tree: CourseTree, *, origin: Origin, note: str = ""
) -> Edition:
    """Make this tree the current edition; the same tree twice is the same edition.

    Raises NotPublishable when the check finds an error: the edition before it stays.
    """
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    require(actor, Action.CREATE_COURSE if course is None else Action.PUBLISH, course)
    text = checked(tree)
    now = journal.now()
    course = course or _new_course(slug, now)
    newest = _newest(course)
    if newest is not None and newest.digest == tree.digest:
        return newest
    if problems := identities.clashes(course, text):
        raise NotPublishable(problems)
    edition = Edition(
        course_id=course.id,
        number=newest.number + 1 if newest else 1,
        digest=tree.digest,
        format_version=catalogue.FORMAT_VERSION,
        origin=origin,
        published_at=now,
        published_by=actor_id(actor),
        note=note,
        has_due=any(lesson.rules.due for lesson in text.lessons),
    )
    db.session.add(edition)
    db.session.flush()
    _keep_files(edition, tree)
    identities.keep(edition, course, text, now)
    indexing.rebuild(course, edition, text)
    standings.forget_course(course)
    before = newest.number if newest else None
    audit.record(
        actor,
        Verb.PUBLISHED,
        f"edition:{edition.id}",
        course_id=course.id,
        changes={"number": (before, edition.number)},
    )
    return edition


def publish_shipped(actor: Actor, slug: str, tree: CourseTree) -> Edition | None:
    """Publish a folder that ships, unless it was an edition before; None when there is nothing to do.

    Raises WrittenInBrowser when the current edition came from there.
    """
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    if course is not None:
        known = select(Edition.id).where(
            Edition.course_id == course.id, Edition.digest == tree.digest
        )
        if db.session.scalar(known) is not None:
            return None
        refuse_to_undo(slug, tree)
    return publish_tree(actor, slug, tree, origin=Origin.SHIPPED)


def refuse_to_undo(slug: str, tree: CourseTree) -> None:
    """WrittenInBrowser when this tree would undo what is in no folder."""
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    newest = None if course is None else _newest(course)
    if newest is None or newest.origin is not Origin.STUDIO or newest.digest == tree.digest:
        return
    written = catalogue.tree_of(newest)
    raise WrittenInBrowser(slug, written, tree)


def checked(tree: CourseTree) -> CourseText:
    """What the tree says; NotPublishable when it has errors."""
    text, problems = read_course(tree)
    if text is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise NotPublishable(problems)
    return text


# --- taking back from the catalogue -------------------------------------------------------------


def retire(actor: Actor, course: Course) -> None:
    """Offer it no more: it leaves the catalogue; who began it goes on. Twice changes nothing."""
    require(actor, Action.RETIRE_COURSE, course)
    if course.retired_at is None:
        course.retired_at = journal.now()
        _note(actor, Verb.RETIRED, course, offered=False)


def offer_again(actor: Actor, course: Course) -> None:
    """Back into the catalogue. Twice changes nothing."""
    require(actor, Action.RETIRE_COURSE, course)
    if course.retired_at is not None:
        course.retired_at = None
        _note(actor, Verb.OFFERED_AGAIN, course, offered=True)


def _note(actor: Actor, verb: Verb, course: Course, *, offered: bool) -> None:
    audit.record(
        actor,
        verb,
        f"course:{course.id}",
        course_id=course.id,
        changes={"offered": (not offered, offered)},
    )


# --- parts of publishing ------------------------------------------------------------------------


def _new_course(slug: str, now: datetime) -> Course:
    course = Course(slug=slug, created_at=now)
    db.session.add(course)
    db.session.flush()
    return course


def _newest(course: Course) -> Edition | None:
    return db.session.scalar(
        select(Edition)
        .where(Edition.course_id == course.id)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def _keep_files(edition: Edition, tree: CourseTree) -> None:
    blobs.keep(tree)
    for path, digest in tree.digests.items():
        db.session.add(EditionFile(edition_id=edition.id, path=path, digest=digest))
    db.session.flush()
