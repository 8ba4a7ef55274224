"""From a draft to an edition: what stands against it, at once or at a time, and back to an old one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lms.content.check import Problem, Severity, read_course
from lms.database import db
from lms.domain import audit, catalogue, editions, identities, journal, mail, publishing
from lms.domain.drafts import drafts, rows
from lms.domain.errors import Conflict, DomainError, Invalid, _
from lms.domain.permissions import Action, require
from lms.models import Course, Draft, DraftFile, Edition, MailKind, Origin, User, Verb

LONGEST_NOTE = 500
FARTHEST = timedelta(days=366)


class BothChanged(Conflict):
    """A newer edition changed files of the draft, too: ``paths``."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(
            _("A newer edition changed the same files. Choose for each of them what is published.")
        )
        self.paths = paths


@dataclass(frozen=True, slots=True)
class State:
    """What stands against publishing a draft. problems: of the check, errors and remarks."""

    clashes: Sequence[DraftFile]
    problems: Sequence[Problem]
    changes: Sequence[DraftFile]

    @property
    def errors(self) -> list[Problem]:
        """What the check does not let through."""
        return [one for one in self.problems if one.severity is Severity.ERROR]

    @property
    def remarks(self) -> list[Problem]:
        """What it lets through."""
        return [one for one in self.problems if one.severity is Severity.WARNING]

    @property
    def can_be_published(self) -> bool:
        """Whether nothing does, and there is something to publish."""
        return bool(self.changes) and not self.clashes and not self.errors


def state_of(draft: Draft) -> State:
    """What would be published, and what stands against it."""
    text, problems = read_course(drafts.tree_of(draft))
    course = db.session.get_one(Course, draft.course_id)
    names = identities.clashes(course, text) if text else ()
    return State(clashes_of(draft), [*problems, *names], rows.of(draft))


def clashes_of(draft: Draft) -> Sequence[DraftFile]:
    """Files that the draft and a newer edition changed, each in its own way."""
    course = db.session.get_one(Course, draft.course_id)
    published = drafts.published_tree(course).digests
    return [
        row
        for row in rows.of(draft)
        if published.get(row.path) not in {row.base_digest, row.digest}
    ]


def keep_mine(me: User, course: Course, path: str, *, number: int) -> None:
    """Of two changes, the draft's is published, over edition ``number``, which its writer has seen."""
    draft, row = _clash(me, course, path, number)
    row.base_digest = drafts.published_tree(course).digests.get(path)
    draft.changed_at = journal.now()
    db.session.flush()


def keep_theirs(me: User, course: Course, path: str, *, number: int) -> None:
    """The draft's change is given up; the file is that of the newest edition."""
    draft, row = _clash(me, course, path, number)
    with rows.letting_go(draft):
        rows.forget(draft, row)


def publish(me: User, course: Course, draft: Draft, note: str) -> Edition:
    """The draft becomes the newest edition, and is over.

    Raises BothChanged, NotPublishable, or Conflict when it changes nothing.
    """
    require(me, Action.PUBLISH, course)
    note = _checked(note)
    if clashes := clashes_of(draft):
        raise BothChanged([row.path for row in clashes])
    if not rows.of(draft):
        raise Conflict(_("The draft changes nothing."))
    tree = drafts.tree_of(draft)
    edition = publishing.publish_tree(me, course.slug, tree, origin=Origin.STUDIO, note=note)
    drafts.close(draft)
    return edition


def publish_again(me: User, course: Course, number: int, note: str) -> Edition:
    """An old edition is the newest again: what came after it is undone, and nothing is lost."""
    require(me, Action.PUBLISH, course)
    old = editions.find(course, number)
    if old.digest == catalogue.current_edition(course).digest:
        raise Conflict(_("This is what is published now."))
    tree = catalogue.tree_of(old)
    return publishing.publish_tree(me, course.slug, tree, origin=Origin.STUDIO, note=_checked(note))


# --- at a time ----------------------------------------------------------------------------------


def schedule(me: User, course: Course, at: datetime, note: str) -> Draft:
    """The worker publishes my draft at this time, as it is then."""
    require(me, Action.PUBLISH, course)
    note = _checked(note)
    if not journal.now() < at < journal.now() + FARTHEST:
        raise Invalid(_("Choose a time to come, within a year."), field="at")
    draft = _own(me, course)
    before, draft.publish_at = draft.publish_at, at
    draft.note, draft.refusal = note, ""
    _note_time(me, course, before, at)
    return draft


def cancel(me: User, course: Course) -> None:
    """It is not published at that time. Twice changes nothing."""
    require(me, Action.PUBLISH, course)
    draft = drafts.find_draft(course, me)
    if draft is not None and draft.publish_at is not None:
        before, draft.publish_at = draft.publish_at, None
        _note_time(me, course, before, None)


def publish_next() -> int:
    """Publish one draft whose time has come, and say by mail when that cannot be; 0: there was none."""
    draft = db.session.scalar(
        select(Draft)
        .where(Draft.publish_at <= journal.now())
        .order_by(Draft.publish_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if draft is None:
        return 0
    course = db.session.get_one(Course, draft.course_id)
    writer = db.session.get_one(User, draft.owner_id)
    try:
        with db.session.begin_nested():
            publish(writer, course, draft, draft.note)
    except DomainError as error:
        _refuse(writer, course, draft, error)
    return 1


def _refuse(writer: User, course: Course, draft: Draft, error: DomainError) -> None:
    draft.publish_at, draft.refusal = None, error.sentence
    db.session.flush()
    mail.enqueue(
        MailKind.NOT_PUBLISHED,
        to=writer.email,
        language=writer.language,
        name=writer.name,
        course=drafts.title_of(course, drafts.tree_of(draft)),
        reason=error.sentence,
        path=f"studio/{course.slug}/publication",
    )


# --- parts --------------------------------------------------------------------------------------


def _own(me: User, course: Course) -> Draft:
    draft = drafts.find_draft(course, me)
    if draft is None or not rows.of(draft):
        raise Conflict(_("The draft changes nothing."))
    return draft


def _clash(me: User, course: Course, path: str, number: int) -> tuple[Draft, DraftFile]:
    require(me, Action.TRANSLATE_COURSE, course)
    draft = drafts.open_draft(me, course)
    row = rows.find(draft, path)
    if row is None or rows.number_of(rows.newest(course)) != number:
        raise Conflict(_("Something changed in the meantime. Look at it again."))
    return draft, row


def _checked(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise Invalid(_("Write at most %(most)s characters."), field="note", most=LONGEST_NOTE)
    return note


def _note_time(me: User, course: Course, before: datetime | None, after: datetime | None) -> None:
    audit.record(
        me,
        Verb.SCHEDULED,
        f"course:{course.id}",
        course_id=course.id,
        changes={"publish at": (_said(before), _said(after))},
    )
    db.session.flush()


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
