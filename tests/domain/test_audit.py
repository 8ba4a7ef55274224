"""The audit log: every deed of staff writes into it, and nothing takes a line out again."""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import (
    accounts,
    announcements,
    attendance,
    attendance_lists,
    audit,
    catalogue,
    ending,
    failures,
    journal,
    mail,
    membership,
    organisations,
    partners,
    paths,
    people,
    publishing,
    reports,
    roles,
    second_step,
    site,
    site_texts,
    undelivered,
)
from lms.domain import jobs as background
from lms.domain.audit import Filter
from lms.domain.cohorts import admission, inviting, lists, messages, running
from lms.domain.cohorts.running import Taken, Terms
from lms.domain.drafts import courses, drafts, publication
from lms.domain.errors import Denied
from lms.domain.learning import gradebook, reviewing
from lms.domain.partners import Picture, Profile
from lms.domain.permissions import STAFF, Action, System
from lms.models import (
    AuditEntry,
    Cohort,
    Course,
    CourseRole,
    FailedJob,
    Level,
    MailKind,
    MembershipRole,
    Organisation,
    Origin,
    SiteRole,
    User,
    Verb,
)
from tests import marked, meetings
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import Clock, Publish, person
from tests.content.test_pictures import SVG
from tests.domain.test_certification import issue

DOMAIN = Path(audit.__file__).parent
READING = {
    *{f"people.{name}" for name in ("search", "find", "find_by_address")},
    *{f"organisations.{name}" for name in ("listed", "find", "members_of", "find_member")},
    *{f"teaching.{name}" for name in ("every_course", "holders")},
    *{f"announcements.{name}" for name in ("listed", "find")},
    *{f"site_texts.{name}" for name in ("history", "find")},
    *{f"jobs.{name}" for name in ("counts", "listed")},
    *{f"undelivered.{name}" for name in ("count", "listed", "find")},
    *{f"audit.{name}" for name in ("lines", "all_lines")},
    *{f"desk.{name}" for name in ("waiting", "marked", "next_waiting")},
    *{f"membership.{name}" for name in ("waiting", "insiders")},
    *{f"inviting.{name}" for name in ("find_list", "recent_lists", "invited")},
    *{f"admission.{name}" for name in ("asking", "find_person")},  # the person's own log has it
    *{f"attendance.{name}" for name in ("meetings", "find_meeting", "find_code", "count_since")},
    *{f"naming.{name}" for name in ("search", "find", "find_by_address")},
    *{
        f"gradebook.{name}"
        for name in ("learners", "every_learner", "find_learner", "attempts_of", "find_attempt")
    },
    "shares.fares",
    "attendance_lists.check",  # the person's own log has it
    "ending.find_to_revoke",
    "transparency_audit.audit",
    "reports.open_reports",
    "reviewing.find_work",  # a page that shows it calls look_at first
    "indexing.rebuild_stale",  # makes derived rows anew, changes nothing that anybody wrote
}
"""What asks for a permission of staff and only looks: lists, and nothing of what learners answered."""


def newest() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def count() -> int:
    return len(db.session.scalars(select(AuditEntry.id)).all())


# --- none is forgotten --------------------------------------------------------------------------


def deeds_of_staff() -> Iterator[str]:
    """Every function of the domain that asks for a permission of staff: ``roles.give``."""
    asked = {action.name for action in STAFF}
    for path in sorted(DOMAIN.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and asked & set(_asked_for(node)):
                yield f"{path.stem}.{node.name}"


def _asked_for(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
            yield from (n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute))


Deed = Callable[[], object]


@pytest.fixture
def deeds(ada: User, amina: User, small: Course, publish: Publish) -> dict[str, Deed]:
    """Each deed of staff that changes or reads something of others, done by Ada."""
    writing = marked.published(publish)
    attempt = marked.handed_in(amina, writing, "assignment", marked.work())
    report = reports.report_mistake(
        amina, small, "names/what-is-a-name", language="en", text="A slip."
    )
    webinar = meetings.held(publish, ada, amina)
    water = organisations.make(System(), slug="water", name="Clean Water")
    text = "# Ours\n\nHere."
    site_texts.write(System(), "terms", "en", text, after=0)
    site_texts.write(System(), "terms", "en", "# Theirs", after=1)
    said = announcements.announce(
        System(), level=Level.INFO, words={"en": "Hello"}, starts_at=None, ends_at=None
    )
    failures.note("certificates", "certificate:1", "broken", pause=timedelta(hours=1))
    refused = [
        mail.enqueue(MailKind.NO_ACCOUNT, to="zoe@ngo.example", language="en") for _n in range(2)
    ]
    for row in refused:
        row.last_error = "550 no such user"
    lin = person("Lin")
    site.set_logo(System(), SVG % b"")
    held = issue(amina, small)
    lake, river, answers = _partner_of(ada, amina, small)
    db.session.commit()
    words = {"level": Level.WARNING, "words": {"en": "Hi"}, "starts_at": None, "ends_at": None}
    tree = catalogue.tree_of(catalogue.current_edition(small))
    return {
        "accounts.add_person": lambda: accounts.add_person(
            ada, name="Zoe", email="zoe@ngo.example"
        ),
        "roles.give": lambda: roles.give(ada, lin, SiteRole.TRAINER),
        "roles.take": lambda: roles.take(ada, lin, SiteRole.TRAINER),
        "roles.give_in_course": lambda: roles.give_in_course(ada, lin, small, CourseRole.OWNER),
        "roles.take_in_course": lambda: roles.take_in_course(ada, lin, small, CourseRole.OWNER),
        "people.suspend": lambda: people.suspend(ada, lin, "Sold links."),
        "second_step.reset": lambda: second_step.reset(ada, lin),
        "people.reinstate": lambda: people.reinstate(ada, lin),
        "organisations.make": lambda: organisations.make(ada, slug="air", name="Air"),
        "organisations.change": lambda: organisations.change(
            ada, water, name="Water", names={"fr": "Eau"}, is_partner=True
        ),
        "organisations.set_member": lambda: organisations.set_member(
            ada, water, lin, MembershipRole.MEMBER
        ),
        "organisations.remove_member": lambda: organisations.remove_member(ada, water, lin),
        "organisations.make_manager": lambda: organisations.make_manager(
            ada, lin, slug="fire", name="Fire"
        ),
        "publishing.publish_tree": lambda: publishing.publish_tree(
            ada, "another", tree, origin=Origin.IMPORTED
        ),
        "paths.publish_path": lambda: paths.publish_path(
            ada,
            "first",
            CourseTree.of({"first.md": b"---\ntitle: P\ncourses: small\n---\n"}),
            origin=Origin.STUDIO,
        ),
        "ending.revoke": lambda: ending.revoke(ada, held, "Not their own work."),
        "publishing.retire": lambda: publishing.retire(ada, small),
        "publishing.offer_again": lambda: publishing.offer_again(ada, small),
        "reports.settle_report": lambda: reports.settle_report(ada, small, report.id),
        "reviewing.look_at": lambda: reviewing.look_at(ada, writing, attempt.id, 0),
        "gradebook.look_at": lambda: gradebook.look_at(ada, writing, amina, attempt.id),
        "gradebook.take_along": lambda: gradebook.take_along(ada, writing),
        "reviewing.give_mark": lambda: reviewing.give_mark(
            ada,
            writing,
            attempt.id,
            0,
            after=0,
            points=[2, 5],
            comments=["", ""],
            comment="secretcomment",
        ),
        "site.rename": lambda: site.rename(ada, "Our school"),
        "site.set_logo": lambda: site.set_logo(ada, SVG % b"<g/>"),
        "site.remove_logo": lambda: site.remove_logo(ada),
        "site_texts.write": lambda: site_texts.write(ada, "terms", "en", "# New", after=2),
        "site_texts.restore": lambda: site_texts.restore(ada, "terms", "en", 1),
        "announcements.announce": lambda: announcements.announce(ada, **words),  # type: ignore[arg-type]
        "announcements.change": lambda: announcements.change(ada, said, **words),  # type: ignore[arg-type]
        "announcements.end": lambda: announcements.end(ada, said),
        "partners.describe": lambda: partners.describe(
            ada, lake, Profile(name="Lake", names={"fr": "Lac"})
        ),
        "partners.set_picture": lambda: partners.set_picture(ada, lake, Picture.LOGO, SVG % b""),
        "partners.remove_picture": lambda: partners.remove_picture(ada, lake, Picture.LOGO),
        "membership.invite": lambda: membership.invite(
            ada, lake, "zoe@ngo.example", MembershipRole.MANAGER, language="en"
        ),
        "membership.take_back": lambda: membership.take_back(ada, lake, 1),
        "running.make": lambda: running.make(ada, lake, Terms(name="X", language="en")),
        "running.change": lambda: running.change(
            ada, lake, river, Terms(name="River", language="en")
        ),
        "running.remove": lambda: running.remove(
            ada, lake, running.make(ada, lake, Terms(name="Y", language="en"))
        ),
        "running.set_courses": lambda: running.set_courses(ada, lake, river, [Taken("small")]),
        "running.set_deadlines": lambda: running.set_deadlines(
            ada, lake, river, small, {"names/quiz": journal.now()}
        ),
        "admission.admit": lambda: admission.admit(ada, lake, river, amina.public_id),
        "admission.send_away": lambda: admission.send_away(ada, lake, river, amina.public_id),
        "inviting.keep_list": lambda: inviting.keep_list(ada, lake, river, lists.parse("x@y.org")),
        "inviting.start_list": lambda: inviting.start_list(ada, lake, river, answers[0]),
        "inviting.drop_list": lambda: inviting.drop_list(ada, lake, river, answers[1]),
        "messages.write": lambda: messages.write(
            ada, lake, river, subject="secretcomment", text="secretcomment"
        ),
        "attendance.show_code": lambda: attendance.show_code(ada, webinar),
        "attendance_lists.count": lambda: attendance_lists.count(
            ada, webinar, lists.parse(amina.email)
        ),
        "courses.create": lambda: courses.create(ada, slug="begun", title="B", language="en"),
        "publication.schedule": lambda: publication.schedule(
            ada, catalogue.find_course("begun"), journal.now() + timedelta(hours=1), ""
        ),
        "publication.cancel": lambda: publication.cancel(ada, catalogue.find_course("begun")),
        "publication.publish": lambda: _publish_begun(ada),
        "publication.publish_again": lambda: _publish_again(ada),
        "jobs.retry": lambda: background.retry(ada, db.session.scalars(select(FailedJob.id)).one()),
        "undelivered.retry": lambda: undelivered.retry(ada, refused[0].id),
        "undelivered.give_up": lambda: undelivered.give_up(ada, refused[1].id),
    }


def _publish_begun(ada: User) -> None:
    """The draft of the course that was begun."""
    course = catalogue.find_course("begun")
    publication.publish(ada, course, drafts.open_draft(ada, course), "secretcomment")


def _publish_again(ada: User) -> None:
    """Its first edition, after another one."""
    course = catalogue.find_course("begun")
    drafts.save_file(ada, course, "notes.txt", b"secretcomment", version=0)
    _publish_begun(ada)
    publication.publish_again(ada, course, 1, "")


def _partner_of(ada: User, amina: User, small: Course) -> tuple[Organisation, Cohort, list[int]]:
    """A partner of Ada's, its cohort that Amina asks to join, and two lists of addresses."""
    lake = partner_of(ada, "lake", "Lake")
    river = cohort_of(ada, lake, small.slug, needs_approval=True)
    joined(amina, river, lake)
    tried = lists.parse("zoe@ngo.example")
    return lake, river, [inviting.keep_list(ada, lake, river, tried).id for _n in range(2)]


def test_every_deed_of_staff_is_known_here(deeds: dict[str, Deed]) -> None:
    assert set(deeds_of_staff()) == {*deeds, *READING}


def test_every_deed_of_staff_writes_who_did_it(deeds: dict[str, Deed], ada: User) -> None:
    for name, deed in deeds.items():
        before = count()
        deed()
        db.session.flush()
        assert count() > before, name
        entry = newest()
        assert entry.actor == ada.public_id, name
        assert entry.changes or entry.verb in {Verb.REGISTERED, Verb.RESET_SECOND_STEP}, name


def test_no_line_holds_an_answer_a_comment_or_an_address(deeds: dict[str, Deed]) -> None:
    for deed in deeds.values():
        deed()
    db.session.flush()
    for entry in db.session.scalars(select(AuditEntry)):
        told = f"{entry.thing} {entry.changes}"
        for secret in (marked.TEXT, "secretcomment", "@ngo.example"):
            assert secret not in told


def test_commands_write_too(small: Course, amina: User) -> None:
    roles.give_in_course(System(), amina, small, CourseRole.TRAINER)
    db.session.flush()
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.actor, one.verb, one.person, one.course_id) for one in lines] == [
        ("system", Verb.PUBLISHED, None, small.id),
        ("system", Verb.GRANTED, amina.public_id, small.id),
    ]
    assert lines[1].thing == f"user:{amina.public_id}"
    assert lines[1].changes == {"role": [None, "trainer"]}


# --- only ever added to -------------------------------------------------------------------------


@pytest.mark.parametrize("statement", [update(AuditEntry).values(actor="x"), delete(AuditEntry)])
def test_the_database_itself_refuses_to_change_a_line(small: Course, statement: object) -> None:
    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(statement)  # type: ignore[call-overload]
    db.session.rollback()
    assert count() == 1


# --- reading ------------------------------------------------------------------------------------


@pytest.fixture
def log(ada: User, amina: User, lin: User, clock: Clock) -> None:
    """Four lines on four days from 1 March 2027."""
    for actor, verb, about in (
        (ada, Verb.GRANTED, amina),
        (ada, Verb.SUSPENDED, lin),
        (System(), Verb.GRANTED, lin),
        (amina, Verb.MARKED, ada),
    ):
        audit.record(actor, verb, f"user:{about.id}", person=about)
        db.session.flush()
        clock.forward(days=1)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), [4, 3, 2, 1]),
        (Filter(verb=Verb.GRANTED), [3, 1]),
        (Filter(since=datetime(2027, 3, 2, 12, tzinfo=UTC)), [4, 3, 2]),
        (Filter(until=datetime(2027, 3, 2, 12, tzinfo=UTC)), [1]),
        (Filter(who="nobody"), []),
    ],
)
def test_lines_are_filtered(log: None, ada: User, wanted: Filter, ids: list[int]) -> None:
    rows, is_more = audit.lines(ada, wanted)
    assert [row.entry.id for row in rows] == ids
    assert not is_more
    assert [row.entry.id for row in audit.all_lines(ada, wanted)] == ids


def test_somebodys_lines_are_those_by_and_about_them(log: None, ada: User, amina: User) -> None:
    rows, _more = audit.lines(ada, Filter(who=amina.public_id))
    assert [(row.entry.id, row.actor, row.person) for row in rows] == [
        (4, "Amina", "Ada"),
        (1, "Ada", "Amina"),
    ]


def test_who_is_gone_stays_with_their_public_id(log: None, ada: User, lin: User) -> None:
    gone = lin.public_id
    db.session.delete(lin)
    db.session.flush()
    rows, _more = audit.lines(ada, Filter(who=gone))
    assert [(row.person, row.entry.person) for row in rows] == [(None, gone), (None, gone)]


def test_it_is_read_in_pages_and_in_pieces(
    ada: User, amina: User, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    monkeypatch.setattr(audit, "BATCH", 2)
    for number in range(4):  # two at each moment
        audit.record(ada, Verb.GRANTED, f"user:{amina.id}", person=amina)
        db.session.flush()
        clock.forward(days=number % 2)
    pages = [audit.lines(ada, Filter(), page=page) for page in (1, 2, 3)]
    assert [([row.entry.id for row in rows], more) for rows, more in pages] == [
        ([4, 3], True),
        ([2, 1], False),
        ([], False),
    ]
    assert [row.entry.id for row in audit.all_lines(ada, Filter())] == [4, 3, 2, 1]


def test_only_administrators_read_it(tomas: User) -> None:
    with pytest.raises(Denied):
        audit.lines(tomas, Filter())
    with pytest.raises(Denied):
        list(audit.all_lines(tomas, Filter()))


def test_every_permission_of_an_administrator_is_one_of_staff() -> None:
    assert {Action.ADMINISTER, Action.MANAGE_SITE, Action.SEE_AUDIT} < STAFF
    assert not {Action.LEARN, Action.CHANGE_ACCOUNT} & STAFF


def test_organisations_made_on_the_way_are_written_down(ada: User, lin: User) -> None:
    organisations.make_manager(ada, lin, slug="fire", name="Fire")
    db.session.flush()
    made = db.session.scalars(select(Organisation)).one()
    things = db.session.scalars(select(AuditEntry.thing).order_by(AuditEntry.id)).all()
    assert things == [
        f"organisation:{made.id}",
        f"organisation:{made.id}",
        f"user:{lin.public_id}",
    ]
    assert journal.now() >= made.created_at
