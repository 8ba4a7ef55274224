"""Paths: courses in an order. Published with editions of their own, and shown with one's progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select

from lms.content.check import Severity
from lms.content.outline import CourseText
from lms.content.paths import PathText, read_path
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import audit, blobs, catalogue, journal
from lms.domain.errors import Missing, _
from lms.domain.learning.progress import Progress, progress_in
from lms.domain.permissions import Action, Actor, actor_id, require
from lms.domain.publishing import NotPublishable
from lms.models import Course, Origin, Path, PathEdition, PathFile, User, Verb

FEWEST = 2
"""Courses of a path with a diploma: of one course, its certificate says it all."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A course on a path; progress is None for visitors."""

    course: Course
    text: CourseText
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class PathState:
    """How far one is on a path: the courses that it leads through, and those that are finished."""

    legs: tuple[Leg, ...]

    @property
    def earns_diploma(self) -> bool:
        """Whether the certificates of all courses that are offered come to one."""
        offered = [leg for leg in self.legs if leg.course.retired_at is None]
        return len(offered) >= FEWEST and all(leg.text.certificate for leg in offered)

    @property
    def finished(self) -> int:
        """How many courses are complete."""
        return sum(leg.progress is not None and leg.progress.is_complete for leg in self.legs)

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was begun."""
        return any(leg.progress is not None and leg.progress.is_begun for leg in self.legs)

    @property
    def next(self) -> Leg | None:
        """The first course that is not finished."""
        open_ones = (leg for leg in self.legs if not (leg.progress and leg.progress.is_complete))
        return next(open_ones, None)


# --- looking up ---------------------------------------------------------------------------------


def every() -> Sequence[tuple[Path, PathText]]:
    """All paths as their current edition says, by slug."""
    return [(path, text_of(path, edition)) for path, edition in newest_editions()]


def newest_editions() -> Sequence[tuple[Path, PathEdition]]:
    """All paths with their current edition, by slug."""
    newest = (
        select(PathEdition.path_id, func.max(PathEdition.number).label("number"))
        .group_by(PathEdition.path_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Path, PathEdition)
        .join(PathEdition, PathEdition.path_id == Path.id)
        .join(newest, (newest.c.path_id == Path.id) & (newest.c.number == PathEdition.number))
        .order_by(Path.slug)
    )
    return [(path, edition) for path, edition in rows]


def find(slug: str) -> tuple[Path, PathEdition]:
    """The path at this address and its current edition, or Missing."""
    row = db.session.execute(
        select(Path, PathEdition)
        .join(PathEdition, PathEdition.path_id == Path.id)
        .where(Path.slug == slug)
        .order_by(PathEdition.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Missing(_("There is no such path."))
    return row[0], row[1]


def text_of(path: Path, edition: PathEdition) -> PathText:
    """What the edition says; parsed once a process, for it never changes."""
    return _parsed(edition.digest, edition.id, path.slug)


def state_of(text: PathText, me: User | None) -> PathState:
    """The courses in their order. One that is no longer offered stands there for who began it."""
    places = {slug: at for at, slug in enumerate(text.courses)}
    ids = select(Course.id).where(Course.slug.in_(text.courses))
    rows = [
        (course, catalogue.text_of(edition))
        for course, edition in catalogue.current_editions(db.session.scalars(ids).all())
    ]
    progress = progress_in(me, rows) if me else {}
    legs = [Leg(course, said, progress.get(course.id)) for course, said in rows]
    shown = [leg for leg in legs if leg.course.retired_at is None or _is_begun(leg)]
    return PathState(tuple(sorted(shown, key=lambda leg: places[leg.course.slug])))


def _is_begun(leg: Leg) -> bool:
    return leg.progress is not None and leg.progress.is_begun


def tree_of(edition: PathEdition) -> CourseTree:
    """Its files, byte for byte."""
    rows = db.session.execute(
        select(PathFile.path, PathFile.digest).where(PathFile.edition_id == edition.id)
    )
    return CourseTree(dict(rows.all()), catalogue.bytes_of)


@lru_cache(maxsize=64)
def _parsed(_digest: str, edition_id: int, slug: str) -> PathText:
    edition = db.session.get_one(PathEdition, edition_id)
    text, _problems = read_path(slug, tree_of(edition), ())
    assert text is not None  # noqa: S101 (it was checked before it was published)
    return text


# --- publishing ---------------------------------------------------------------------------------


def publish_path(actor: Actor, slug: str, tree: CourseTree, *, origin: Origin) -> PathEdition:
    """Make these files the current edition; the same files twice are the same edition.

    Raises NotPublishable when the check finds an error: the edition before it stays.
    """
    require(actor, Action.CREATE_COURSE)
    _text, problems = read_path(slug, tree, catalogue.every_slug())
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise NotPublishable(problems)
    path = db.session.scalar(select(Path).where(Path.slug == slug)) or _new(slug)
    numbers = _editions(path)
    if numbers and numbers[0].digest == tree.digest:
        return numbers[0]
    before = numbers[0].number if numbers else None
    edition = PathEdition(
        path_id=path.id,
        number=(before or 0) + 1,
        digest=tree.digest,
        format_version=catalogue.FORMAT_VERSION,
        origin=origin,
        published_at=journal.now(),
        published_by=actor_id(actor),
    )
    db.session.add(edition)
    db.session.flush()
    _keep_files(edition, tree)
    changes = {"number": (before, edition.number)}
    audit.record(actor, Verb.PUBLISHED, f"path:{path.id}", changes=changes)
    return edition


def publish_shipped(actor: Actor, slug: str, tree: CourseTree) -> PathEdition | None:
    """Publish files that ship, unless they were an edition before: then there is nothing to do."""
    path = db.session.scalar(select(Path).where(Path.slug == slug))
    if path is not None and any(one.digest == tree.digest for one in _editions(path)):
        return None
    return publish_path(actor, slug, tree, origin=Origin.SHIPPED)


def _new(slug: str) -> Path:
    path = Path(slug=slug, created_at=journal.now())
    db.session.add(path)
    db.session.flush()
    return path


def _editions(path: Path) -> Sequence[PathEdition]:
    """The newest first."""
    return db.session.scalars(
        select(PathEdition)
        .where(PathEdition.path_id == path.id)
        .order_by(PathEdition.number.desc())
    ).all()


def _keep_files(edition: PathEdition, tree: CourseTree) -> None:
    blobs.keep(tree)
    for path, digest in tree.digests.items():
        db.session.add(PathFile(edition_id=edition.id, path=path, digest=digest))
    db.session.flush()
