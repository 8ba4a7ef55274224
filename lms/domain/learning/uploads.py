"""Files that learners hand in: judged by size and content, kept under their digest."""

import os
import unicodedata
from collections.abc import Callable
from typing import IO, Any

from lms import files
from lms.content import filetypes
from lms.content.questions import QuestionKind, UploadRule
from lms.database import db
from lms.domain.errors import Invalid, Missing, _
from lms.domain.learning.papers import lesson_of
from lms.domain.permissions import Action, may
from lms.models import Answer, Attempt, User

LONGEST_NAME = 100
JOINERS = {"\u200c", "\u200d"}
"""Invisible, but part of words in Persian and many scripts of India."""
MEGABYTE = 1024 * 1024


def take(
    rule: UploadRule, file: IO[bytes], name: str, *, charge: Callable[[int], None]
) -> list[Any]:
    """The response for this file, which is kept then; Invalid for one that is not what is asked for.

    charge: is told the size of a file that will be kept, and may raise Invalid, too.
    Writes no row: call it before the transaction begins, for the store may be slow.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > rule.most_bytes:
        raise too_large(rule)
    if size == 0:
        raise Invalid(_("This file is empty. Choose another one."))
    kind = filetypes.type_of(file)
    if kind is None or kind.ending not in {filetypes.ending_of(one) for one in rule.endings}:
        raise Invalid(
            _(
                "This file is none of these: %(endings)s. Its content counts, not its name. "
                "Save your work in one of these formats and choose it again."
            ),
            endings=endings_of(rule),
        )
    charge(size)
    return [
        {
            "digest": files.put_file(file),
            "name": clean_name(name, kind.ending),
            "size": size,
            "type": kind.media_type,
        }
    ]


def too_large(rule: UploadRule) -> Invalid:
    """What is said of a file above the limit."""
    return Invalid(
        _(
            "This file is larger than %(most)s MB. Make it smaller, for example with smaller pictures, "
            "and choose it again."
        ),
        most=rule.most_bytes // MEGABYTE,
    )


def endings_of(rule: UploadRule) -> str:
    """``PDF, ODT``."""
    return ", ".join(ending.upper() for ending in rule.endings)


def clean_name(name: str, ending: str) -> str:
    """A name that harms nobody: no folders, nothing invisible, not long, with an ending that is true."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in name if _is_seen(sign))
    stem, dot, last = " ".join(shown.split()).strip(" .").rpartition(".")
    if not dot or filetypes.ending_of(last.casefold()) != ending:
        stem, last = f"{stem}{dot}{last}", ending
    return f"{stem.strip(' .')[:LONGEST_NAME] or 'file'}.{last.casefold()}"


def _is_seen(sign: str) -> bool:
    return sign in JOINERS or not unicodedata.category(sign).startswith("C")


def find(me: User, attempt_id: int, position: int) -> dict[str, Any]:
    """A file for its owner, and once it is handed in for those who mark; Missing for anybody else."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or not _may_have(me, attempt):
        raise Missing(_("There is no such file."))
    answer = db.session.get(Answer, (attempt_id, position))
    if answer is None or answer.kind != QuestionKind.UPLOAD or not answer.response:
        raise Missing(_("There is no such file."))
    file: dict[str, Any] = answer.response[0]
    return file


def _may_have(me: User, attempt: Attempt) -> bool:
    if may(me, Action.SEE_ATTEMPT, attempt):
        return True
    course, _edition, _lesson = lesson_of(attempt)
    return attempt.submitted_at is not None and may(me, Action.MARK, course)
