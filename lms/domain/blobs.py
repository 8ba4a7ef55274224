"""The contents of files of courses, each kept once; and letting go of what nothing points to."""

from collections.abc import Iterable

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from lms import files
from lms.content.tree import CourseTree, digest_of
from lms.database import db
from lms.models import Blob, DraftFile, EditionFile, PathFile

TEXTS = (".md", ".txt")
POINTERS = (EditionFile.digest, PathFile.digest, DraftFile.digest)


def store(tree: CourseTree) -> None:
    """Put pictures and other files into the store before the transaction that keeps them begins."""
    for path in tree.paths:
        if not path.endswith(TEXTS):
            files.put(tree[path])


def keep(tree: CourseTree) -> None:
    """Every file of the tree: texts in the database, other files in the object store."""
    known = _known(tree.digests.values())
    for path, digest in tree.digests.items():
        if digest not in known:
            _add(path, tree[path], digest)
            known.add(digest)
    db.session.flush()


def put(path: str, data: bytes) -> str:
    """The content of one file; its digest."""
    digest = digest_of(data)
    if not _known([digest]):
        _add(path, data, digest)
        db.session.flush()
    return digest


def drop(digests: Iterable[str]) -> None:
    """Let go of those of them that nothing points to any more. Their files go with the sweeping."""
    unused = [~exists().where(column == Blob.digest) for column in POINTERS]
    for digest in set(digests):
        try:
            with db.session.begin_nested():
                db.session.execute(delete(Blob).where(Blob.digest == digest, *unused))
        except IntegrityError:  # at this very moment, somebody began to use it
            continue


def _known(digests: Iterable[str]) -> set[str]:
    """Those that are kept; until the transaction ends, nobody else lets go of them."""
    which = select(Blob.digest).where(Blob.digest.in_(set(digests)))
    return set(db.session.scalars(which.with_for_update(read=True, key_share=True)))


def _add(path: str, data: bytes, digest: str) -> None:
    is_text = path.endswith(TEXTS)
    if not is_text:
        files.put(data)
    db.session.add(Blob(digest=digest, size=len(data), data=data if is_text else None))
