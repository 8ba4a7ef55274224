"""Somebody who has a row in every table that refers to people."""

from sqlalchemy import Table

from lms import files
from lms.database import db
from lms.domain import (
    accounts,
    erasing,
    joining,
    journal,
    links,
    looks,
    notices,
    organisations,
    partners,
    reports,
    roles,
)
from lms.domain.drafts import drafts
from lms.domain.learning import completion
from lms.domain.permissions import System
from lms.models import (
    Base,
    ChangeNotice,
    CodeApp,
    Cohort,
    CohortInvitation,
    CohortMember,
    Course,
    CourseRole,
    Download,
    DownloadKind,
    DueNotice,
    Export,
    Lesson,
    LookKind,
    MailKind,
    Mark,
    Passkey,
    ProviderAccount,
    RecoveryCode,
    SiteRole,
    Suspension,
    User,
)
from tests.conftest import Publish, person
from tests.marked import PDF, TEXT, handed_in, published, uploaded


def lived_in(me: User, publish: Publish) -> Course:
    """A course, and everything that ``me`` can leave behind in it; Zoe is somebody else there."""
    course = published(publish, page="---\ntitle: A page\n---\n\nRead me.\n")
    zoe = person("Zoe")
    _staff(me, course)
    digest = files.put(PDF)
    mine = handed_in(
        me, course, "assignment", {"comment": [TEXT], "slides": [uploaded(digest=digest)]}
    )
    theirs = handed_in(zoe, course, "quiz", {"why": ["Four words of Zoe"]})
    _mark(course, mine.id, 0, zoe)
    _mark(course, theirs.id, 1, me)
    completion.complete_lesson(me, course, "names/page")
    reports.report_mistake(me, course, "names/quiz", language="en", text="A slip of the pen.")
    accounts.sign_in(me, "Firefox")
    links.send_sign_in(me.email, "en")
    notices.switch(me, MailKind.DUE, on=False)
    lesson = db.session.query(Lesson).filter_by(course_id=course.id).first()
    assert lesson is not None
    now = journal.now()
    db.session.add_all(
        [
            DueNotice(user_id=me.id, lesson_id=lesson.id, at=now),
            ChangeNotice(user_id=me.id, course_id=course.id, edition_number=1, at=now),
            _export(me),
            _download(me),
            Suspension(
                user_id=me.id, reason="A stranger used it.", at=now, by="system", lifted_at=now
            ),
            CodeApp(user_id=me.id, secret="sealed", created_at=now, last_step=1),
            Passkey(
                user_id=me.id,
                credential_id=f"id of {me.id}",
                public_key=b"key",
                sign_count=1,
                name="Xanthippe's phone",
                created_at=now,
            ),
            RecoveryCode(user_id=me.id, digest=f"{me.id:064}", created_at=now),
            ProviderAccount(
                user_id=me.id,
                issuer="https://id.ngo.example",
                subject=f"subject {me.id}",
                created_at=now,
                used_at=now,
            ),
        ]
    )
    db.session.add_all(_in_a_cohort(me))
    drafts.save_file(me, course, "course.fr.md", b"---\ntitle: Xanthippe\n---\n", version=0)
    db.session.commit()
    return course


def _in_a_cohort(me: User) -> list[Base]:
    """A place in it, and a look of its manager, who is ``me``."""
    now = journal.now()
    water = partners.find(me, "water")
    cohort = Cohort(
        organisation_id=water.id, code=f"{me.id:08}", name="River", language="en", created_at=now
    )
    db.session.add(cohort)
    db.session.flush()
    db.session.add(
        CohortInvitation(
            cohort_id=cohort.id,
            organisation_id=water.id,
            email=me.email,
            email_key=me.email_key,
            name=me.name,
            language="en",
            at=now,
            by=me.public_id,
            not_before=now,
            sent_at=now,
        )
    )
    looks.record(me, cohort, [me.id], LookKind.DESK)
    member = CohortMember(
        cohort_id=cohort.id,
        user_id=me.id,
        joined_at=now,
        consent_at=now,
        consent_version=1,
        approved_at=now,
    )
    return [member]


def about_people() -> dict[str, Table]:
    """``table.column`` of everything that refers to a person, and to what refers to one."""
    found: dict[str, Table] = {}
    waiting = [Base.metadata.tables["user"]]
    while waiting:
        for table, foreign in erasing.references(waiting.pop()):
            name = f"{table.name}.{'+'.join(foreign.column_keys)}"
            if name not in found:
                found[name] = table
                waiting.append(table)
    return found


def duplicate_of(me: User) -> User:
    """An account that was joined into ``me``."""
    twin = person(me.name, confirmed=False)
    joining.join(twin, me)
    db.session.commit()
    return twin


def _export(me: User) -> Export:
    """A copy that is ready."""
    now = journal.now()
    digest = files.put(b"an export")
    return Export(
        user_id=me.id, language="en", asked_at=now, ready_at=now, expires_at=now, digest=digest
    )


def _download(me: User) -> Download:
    """A record that is ready."""
    now = journal.now()
    return Download(
        user_id=me.id,
        kind=DownloadKind.RECORD,
        language="en",
        asked_at=now,
        ready_at=now,
        expires_at=now,
        digest=files.put(b"a record"),
    )


def _staff(me: User, course: Course) -> None:
    roles.give(System(), me, SiteRole.TRAINER)
    roles.give_in_course(System(), me, course, CourseRole.TRAINER)
    organisations.make_manager(System(), me, slug="water", name="Clean Water Now")


def _mark(course: Course, attempt_id: int, position: int, marker: User) -> None:
    db.session.add(
        Mark(
            course_id=course.id,
            attempt_id=attempt_id,
            position=position,
            number=1,
            marker_id=marker.id,
            at=journal.now(),
            share=0.5,
            points=[1, 3],
            comments=["Clear.", "Add a source."],
            comment="Good.",
        )
    )
    db.session.commit()
