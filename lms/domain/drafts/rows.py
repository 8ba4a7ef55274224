"""The files of a draft as rows: what is written into them, and when that is refused."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from lms.content.tree import MOST_FILES, CourseTree, TreeError, check_size, clean_path, is_left_out
from lms.database import db
from lms.domain import blobs, catalogue, journal
from lms.domain.errors import Conflict, Invalid, _
from lms.models import Course, Draft, DraftFile, Edition, EditionFile

LONGEST_PATH = 200


class Overtaken(Conflict):
    """The file was saved elsewhere: ``data`` is what is there now (None: taken out), in ``version``."""

    def __init__(self, data: bytes | None, version: int) -> None:
        super().__init__(_("This file was changed somewhere else in the meantime."))
        self.data = data
        self.version = version


def of(draft: Draft) -> Sequence[DraftFile]:
    """What the draft changes, by path."""
    return db.session.scalars(
        select(DraftFile).where(DraftFile.draft_id == draft.id).order_by(DraftFile.path)
    ).all()


@contextmanager
def letting_go(draft: Draft) -> Iterator[None]:
    """What is done to the draft here; then go the contents that it does not need any more.

    Not before: a file that moves is read from what it was.
    """
    before = _digests(draft)
    yield
    blobs.drop(before - _digests(draft))


def find(draft: Draft, path: str) -> DraftFile | None:
    """The row of this file, as the database has it now."""
    return db.session.get(DraftFile, (draft.id, path), populate_existing=True)


def save(draft: Draft, course: Course, path: str, digest: str | None, version: int) -> int:
    """What the file is now, None for no file; the new version. Raises Overtaken."""
    edition = newest(course)
    published = _published(edition, path)
    row = find(draft, path)
    there = row.digest if row else published
    untouched = -number_of(edition)
    if there == digest:
        return row.version if row else untouched
    if row is None and version <= 0:
        base = published if version == untouched else _digest_in(course, -version, path)
        return _begin(draft, path, digest, base)
    if row is None or version != row.version:
        now = catalogue.bytes_of(there) if there else None
        raise Overtaken(now, row.version if row else untouched)
    _touch(draft)
    if digest == published:
        forget(draft, row)
        return untouched
    row.digest = digest
    row.version, row.changed_at = row.version + 1, draft.changed_at
    db.session.flush()
    return row.version


def _begin(draft: Draft, path: str, digest: str | None, base: str | None) -> int:
    _touch(draft)
    row = DraftFile(
        draft_id=draft.id,
        path=path,
        digest=digest,
        base_digest=base,
        changed_at=draft.changed_at,
    )
    db.session.add(row)
    db.session.flush()
    return row.version


def forget(draft: Draft, row: DraftFile) -> None:
    """The file is again what the newest edition has."""
    _touch(draft)
    db.session.delete(row)
    db.session.flush()


def _digests(draft: Draft) -> set[str]:
    return {row.digest for row in of(draft) if row.digest}


def _touch(draft: Draft) -> None:
    draft.changed_at, draft.refusal = journal.now(), ""


def _published(edition: Edition | None, path: str) -> str | None:
    if edition is None:
        return None
    row = db.session.get(EditionFile, (edition.id, path))
    return row.digest if row else None


def _digest_in(course: Course, number: int, path: str) -> str | None:
    return db.session.scalar(
        select(EditionFile.digest)
        .join(Edition, Edition.id == EditionFile.edition_id)
        .where(Edition.course_id == course.id, Edition.number == number, EditionFile.path == path)
    )


def check(after: CourseTree, paths: Iterable[str]) -> None:
    """Invalid when the draft cannot become this tree because of these files."""
    try:
        for path in paths:
            if clean_path(path) != path or is_left_out(path) or len(path) > LONGEST_PATH:
                raise TreeError(_("“%(path)s” is no path inside a course."), path=ascii(path)[1:-1])
            check_size(path, len(after[path]))
        _check_names(after)
    except TreeError as error:
        raise Invalid(error.message, **error.values) from error


def _check_names(tree: CourseTree) -> None:
    folded: dict[str, str] = {}
    for path in tree.paths:
        if (twin := folded.setdefault(path.casefold(), path)) != path:
            raise TreeError(
                _("“%(path)s” and “%(twin)s” differ only in case. Rename one."),
                path=path,
                twin=twin,
            )
    if len(tree) > MOST_FILES:
        raise TreeError(_("A course has at most %(most)s files."), most=f"{MOST_FILES:,}")


def newest(course: Course) -> Edition | None:
    """The current edition; None before the first."""
    return db.session.scalar(
        select(Edition)
        .where(Edition.course_id == course.id)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def number_of(edition: Edition | None) -> int:
    """Its number, 0 for none."""
    return edition.number if edition else 0
