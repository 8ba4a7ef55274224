"""One person's working copy of a course: the newest edition, and over it the files they changed.

A *version* says what a writer saw of a file, so that two tabs, or a tab and a newer edition, notice each
other: from 1 the saves of a draft are counted; -7 means the file of edition 7; 0, that there was none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from lms.content import compare
from lms.content.reading.course import TRANSLATION
from lms.content.source import read_source
from lms.content.tree import CourseTree
from lms.database import add_once, db
from lms.domain import blobs, catalogue, journal
from lms.domain.drafts import rows
from lms.domain.errors import Missing, _
from lms.domain.permissions import Action, Actor, require
from lms.models import Course, Draft, DraftFile, User


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it is shown to its writer."""

    data: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft of a course, whose it is, and in how many files it differs."""

    draft: Draft
    owner: User
    files: int


# --- looking ------------------------------------------------------------------------------------


def find_draft(course: Course, owner: User) -> Draft | None:
    """What this person is writing in the course, if anything."""
    return db.session.scalar(
        select(Draft).where(Draft.course_id == course.id, Draft.owner_id == owner.id)
    )


def find_by(actor: Actor, course: Course, public_id: str) -> Listed:
    """The draft of anybody in this course; Missing when they have none."""
    found = [one for one in listed(actor, course) if one.owner.public_id == public_id]
    if not found:
        raise Missing(_("There is no such draft."))
    return found[0]


def listed(actor: Actor, course: Course) -> Sequence[Listed]:
    """All drafts of the course, the last changed first."""
    require(actor, Action.SEE_STUDIO, course)
    rows = db.session.execute(
        select(Draft, User, func.count(DraftFile.path))
        .join(User, User.id == Draft.owner_id)
        .outerjoin(DraftFile, DraftFile.draft_id == Draft.id)
        .where(Draft.course_id == course.id)
        .group_by(Draft.id, User.id)
        .order_by(Draft.changed_at.desc())
    )
    return [Listed(*row) for row in rows]


def others_editing(course: Course, path: str, me: User) -> Sequence[User]:
    """Who else has changed this file in a draft."""
    return db.session.scalars(
        select(User)
        .join(Draft, Draft.owner_id == User.id)
        .join(DraftFile, DraftFile.draft_id == Draft.id)
        .where(Draft.course_id == course.id, DraftFile.path == path, User.id != me.id)
        .order_by(User.name)
    ).all()


def tree_of(draft: Draft) -> CourseTree:
    """The newest edition with what the draft changes: what would be published."""
    course = db.session.get_one(Course, draft.course_id)
    return _changed(published_tree(course), rows.of(draft))


def working_tree(me: User, course: Course) -> CourseTree:
    """The course as this person is writing it; the newest edition for who changed nothing."""
    require(me, Action.SEE_STUDIO, course)
    draft = find_draft(course, me)
    return published_tree(course) if draft is None else tree_of(draft)


def file_of(me: User, course: Course, path: str) -> Seen:
    """A file of it; Missing when there is none, or the draft takes it out."""
    tree = working_tree(me, course)
    if path not in tree:
        raise Missing(_("There is no such file."))
    draft = find_draft(course, me)
    row = rows.find(draft, path) if draft else None
    return Seen(tree[path], row.version if row else -rows.number_of(rows.newest(course)))


# --- changing -----------------------------------------------------------------------------------


def open_draft(me: User, course: Course) -> Draft:
    """The draft of this person; a new one when they have none."""
    require(me, Action.TRANSLATE_COURSE, course)
    known = _locked(course, me)
    if known is not None:
        return known
    now, edition = journal.now(), rows.newest(course)
    draft = Draft(
        course_id=course.id,
        owner_id=me.id,
        base_id=edition.id if edition else None,
        started_at=now,
        changed_at=now,
    )
    if add_once(draft):
        return draft
    return open_draft(me, course)  # another tab was faster


def save_file(me: User, course: Course, path: str, data: bytes, *, version: int) -> int:
    """Keep the file as it is now; the new version.

    Raises Overtaken when ``version`` is not the newest, unless the same bytes are there already.
    """
    _require_for(me, course, path)
    draft = open_draft(me, course)
    rows.check(tree_of(draft).with_file(path, data), [path])
    with rows.letting_go(draft):
        return rows.save(draft, course, path, blobs.put(path, data), version)


def take_out(me: User, course: Course, path: str, *, version: int) -> int:
    """The course goes without this file."""
    _require_for(me, course, path)
    draft = open_draft(me, course)
    with rows.letting_go(draft):
        return rows.save(draft, course, path, None, version)


def change(me: User, course: Course, after: CourseTree) -> int:
    """The draft says exactly what this tree says; in how many files that is something else."""
    draft = open_draft(me, course)
    known = {row.path: row.version for row in rows.of(draft)}
    untouched = -rows.number_of(rows.newest(course))
    paths = compare.differing(tree_of(draft), after)
    rows.check(after, [path for path in paths if path in after])
    with rows.letting_go(draft):
        for path in paths:
            _require_for(me, course, path)
            digest = blobs.put(path, after[path]) if path in after else None
            rows.save(draft, course, path, digest, known.get(path, untouched))
    return len(paths)


def take_back(me: User, course: Course, path: str) -> None:
    """This file becomes again what the newest edition has. Twice changes nothing."""
    _require_for(me, course, path)
    draft = _locked(course, me)
    row = rows.find(draft, path) if draft else None
    if draft is not None and row is not None:
        with rows.letting_go(draft):
            rows.forget(draft, row)


def discard(me: User, course: Course) -> None:
    """Throw the whole draft away. Twice changes nothing."""
    require(me, Action.TRANSLATE_COURSE, course)
    if (draft := _locked(course, me)) is not None:
        close(draft)


def close(draft: Draft) -> None:
    """The draft is over: published, or thrown away."""
    digests = [row.digest for row in rows.of(draft) if row.digest]
    db.session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
    db.session.delete(draft)
    db.session.flush()
    blobs.drop(digests)


# --- parts --------------------------------------------------------------------------------------


def published_tree(course: Course) -> CourseTree:
    """The newest edition; nothing before the first."""
    edition = rows.newest(course)
    return catalogue.tree_of(edition) if edition else CourseTree({}, catalogue.bytes_of)


def title_of(course: Course, tree: CourseTree) -> str:
    """What the course is called in this tree; its address where the tree says nothing."""
    title = read_source("course.md", tree.get("course.md")).header.get("title")
    return title.text if title else course.slug


def is_translation(path: str) -> bool:
    """Whether it is the file of a language, such as ``quiz.ar.md``."""
    return TRANSLATION.match(path) is not None


def _require_for(me: User, course: Course, path: str) -> None:
    is_theirs = is_translation(path)
    require(me, Action.TRANSLATE_COURSE if is_theirs else Action.EDIT_COURSE, course)


def _changed(tree: CourseTree, changes: Sequence[DraftFile]) -> CourseTree:
    digests = dict(tree.digests)
    for row in changes:
        if row.digest is None:
            digests.pop(row.path, None)
        else:
            digests[row.path] = row.digest
    return CourseTree(digests, catalogue.bytes_of)


def _locked(course: Course, me: User) -> Draft | None:
    """The draft; until the transaction ends, no other tab saves anything in it."""
    which = select(Draft).where(Draft.course_id == course.id, Draft.owner_id == me.id)
    return db.session.scalar(which.with_for_update())
