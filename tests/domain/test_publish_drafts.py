"""From a draft to an edition: conflicts file by file, at a time, and back to an old edition."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.content.outline import LessonKind
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, editions, partners, publishing
from lms.domain.drafts import courses, drafts, outline, publication, rows
from lms.domain.drafts.publication import BothChanged
from lms.domain.errors import Conflict, Denied, Invalid, Missing
from lms.domain.learning import completion
from lms.domain.publishing import NotPublishable
from lms.models import (
    AuditEntry,
    Course,
    CourseRole,
    Draft,
    Edition,
    Lesson,
    MailKind,
    Origin,
    OutgoingMail,
    User,
    Verb,
)
from tests.conftest import SMALL, Clock, Publish, person
from tests.domain.test_who_may import grant

PAGE = "01-names/01-what-is-a-name.md"
QUIZ = "01-names/quiz.md"
OTHER = SMALL[PAGE].replace("*path*", "way").encode()
MINE = SMALL[PAGE].replace("*path*", "road").encode()


@pytest.fixture
def course(small: Course, tomas: User) -> Course:
    """Tomas trains it, and has written something."""
    grant(tomas, small, CourseRole.TRAINER)
    drafts.save_file(tomas, small, PAGE, MINE, version=-1)
    return small


def draft_of(person: User, course: Course) -> Draft:
    """It is there."""
    found = drafts.find_draft(course, person)
    assert found is not None
    return found


def newest(course: Course) -> CourseTree:
    """What learners see."""
    return catalogue.tree_of(catalogue.current_edition(course))


def test_a_draft_becomes_an_edition_with_a_note_and_is_over(course: Course, tomas: User) -> None:
    edition = publication.publish(tomas, course, draft_of(tomas, course), " A road  now. ")
    assert (edition.number, edition.origin, edition.note, edition.published_by) == (
        2,
        Origin.STUDIO,
        "A road now.",
        tomas.public_id,
    )
    assert newest(course)[PAGE] == MINE
    assert drafts.find_draft(course, tomas) is None
    line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (line.verb, line.actor, line.changes) == (
        Verb.PUBLISHED,
        tomas.public_id,
        {"number": [1, 2]},
    )
    with pytest.raises(Conflict):
        publication.publish(tomas, course, drafts.open_draft(tomas, course), "")


def test_two_trainers_publish_the_same_file_and_the_second_chooses(
    course: Course, tomas: User, publish: Publish
) -> None:
    noor = person("Noor")
    grant(noor, course, CourseRole.OWNER)
    drafts.save_file(noor, course, PAGE, OTHER, version=-1)
    drafts.save_file(noor, course, QUIZ, SMALL[QUIZ].encode() + b"\n", version=-1)
    publication.publish(noor, course, draft_of(noor, course), "")
    mine = draft_of(tomas, course)
    assert drafts.tree_of(mine)[QUIZ].endswith(b"\n\n")  # what only she changed comes along
    with pytest.raises(BothChanged) as both:
        publication.publish(tomas, course, mine, "")
    assert both.value.paths == [PAGE]
    with pytest.raises(Conflict):
        publication.keep_mine(tomas, course, PAGE, number=1)  # not the edition that he compared
    with pytest.raises(Conflict):
        publication.keep_mine(tomas, course, "course.md", number=2)
    publication.keep_mine(tomas, course, PAGE, number=2)
    assert publication.state_of(mine).can_be_published
    publication.publish(tomas, course, mine, "")
    assert newest(course)[PAGE] == MINE
    assert newest(course)[QUIZ].endswith(b"\n\n")


def test_or_takes_the_others_change(course: Course, tomas: User, publish: Publish) -> None:
    publish("small", {**SMALL, PAGE: OTHER.decode()})
    mine = draft_of(tomas, course)
    assert [row.path for row in publication.state_of(mine).clashes] == [PAGE]
    publication.keep_theirs(tomas, course, PAGE, number=2)
    state = publication.state_of(mine)
    assert (list(state.clashes), list(state.changes), state.can_be_published) == ([], [], False)
    assert drafts.tree_of(mine)[PAGE] == OTHER


def test_the_same_change_on_both_sides_is_no_conflict(
    course: Course, tomas: User, publish: Publish
) -> None:
    publish("small", {**SMALL, PAGE: MINE.decode()})
    assert publication.clashes_of(draft_of(tomas, course)) == []


def test_errors_stop_and_remarks_do_not(course: Course, tomas: User) -> None:
    mine = draft_of(tomas, course)
    top = SMALL["course.md"].replace("language: en\n", "").encode()
    drafts.save_file(tomas, course, "course.md", top, version=-1)
    state = publication.state_of(mine)
    assert (len(state.errors), len(state.remarks), state.can_be_published) == (0, 1, True)
    drafts.save_file(tomas, course, QUIZ, b"---\ntitle: Quiz\n---\n", version=-1)
    state = publication.state_of(mine)
    assert (len(state.errors), state.can_be_published) == (1, False)
    with pytest.raises(NotPublishable):
        publication.publish(tomas, course, mine, "")
    with pytest.raises(Invalid):
        publication.publish(tomas, course, mine, "x" * 501)


def test_a_name_that_another_lesson_had_stops_the_publication(course: Course, tomas: User) -> None:
    drafts.discard(tomas, course)
    outline.remove(tomas, course, QUIZ)
    publication.publish(tomas, course, draft_of(tomas, course), "")
    outline.rename(tomas, course, PAGE, "Quiz", "quiz")
    mine = draft_of(tomas, course)
    assert ["was another lesson" in one.message for one in publication.state_of(mine).errors] == [
        True
    ]
    with pytest.raises(NotPublishable):
        publication.publish(tomas, course, mine, "")
    drafts.change(tomas, course, CourseTree.of({"x.txt": b"x"}))
    assert len(publication.state_of(mine).errors) == 1  # there is no course.md


def test_only_who_may_publish_does_and_also_for_translators(course: Course, tomas: User) -> None:
    mei = person("Mei")
    grant(mei, course, CourseRole.TRANSLATOR)
    drafts.save_file(mei, course, "course.fr.md", b"---\ntitle: Les noms\n---\n", version=0)
    hers = draft_of(mei, course)
    for deed in (
        lambda: publication.publish(mei, course, hers, ""),
        lambda: publication.publish_again(mei, course, 1, ""),
        lambda: publication.schedule(mei, course, hers.changed_at, ""),
        lambda: publication.cancel(mei, course),
    ):
        with pytest.raises(Denied):
            deed()
    publication.publish(tomas, course, hers, "French")
    assert catalogue.text_of(catalogue.current_edition(course)).languages == ("en", "fr")
    assert drafts.find_draft(course, tomas) is not None


def test_an_old_edition_is_published_again(course: Course, tomas: User) -> None:
    publication.publish(tomas, course, draft_of(tomas, course), "")
    again = publication.publish_again(tomas, course, 1, "Back")
    assert (again.number, newest(course)[PAGE]) == (3, SMALL[PAGE].encode())
    with pytest.raises(Conflict):
        publication.publish_again(tomas, course, 3, "")
    with pytest.raises(Missing):
        publication.publish_again(tomas, course, 9, "")


# --- at a time ----------------------------------------------------------------------------------


def test_the_worker_publishes_at_the_time_that_was_chosen(
    clock: Clock, small: Course, tomas: User
) -> None:
    grant(tomas, small, CourseRole.TRAINER)
    with pytest.raises(Conflict):
        publication.schedule(tomas, small, clock.moment + timedelta(hours=1), "")
    drafts.save_file(tomas, small, PAGE, MINE, version=-1)
    for wrong in (timedelta(0), timedelta(days=400)):
        with pytest.raises(Invalid):
            publication.schedule(tomas, small, clock.moment + wrong, "")
    publication.schedule(tomas, small, clock.moment + timedelta(hours=1), "At noon")
    assert publication.publish_next() == 0
    publication.cancel(tomas, small)
    publication.cancel(tomas, small)  # twice is harmless
    clock.forward(hours=2)
    assert publication.publish_next() == 0
    publication.schedule(tomas, small, clock.moment + timedelta(hours=1), "At noon")
    clock.forward(hours=1)
    assert (publication.publish_next(), publication.publish_next()) == (1, 0)
    edition = catalogue.current_edition(small)
    assert (edition.number, edition.note, edition.published_by) == (2, "At noon", tomas.public_id)
    times = db.session.scalars(select(AuditEntry.changes).where(AuditEntry.verb == Verb.SCHEDULED))
    assert [[bool(value) for value in one["publish at"]] for one in times] == [
        [False, True],
        [True, False],
        [False, True],
    ]


def test_who_cannot_be_published_hears_why(clock: Clock, small: Course, tomas: User) -> None:
    grant(tomas, small, CourseRole.TRAINER)
    drafts.save_file(tomas, small, PAGE, b"---\nkind: quiz\n---\n", version=-1)
    publication.schedule(tomas, small, clock.moment + timedelta(hours=1), "")
    clock.forward(hours=1)
    assert (publication.publish_next(), publication.publish_next()) == (1, 0)
    mine = draft_of(tomas, small)
    assert (mine.publish_at, mine.refusal) == (
        None,
        "The course has errors and was not published.",
    )
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient, mail.facts["path"]) == (
        MailKind.NOT_PUBLISHED,
        "tomas@ngo.example",
        "studio/small/publication",
    )
    drafts.save_file(tomas, small, PAGE, MINE, version=1)
    assert mine.refusal == ""


# --- the folder and the browser -----------------------------------------------------------------


def test_from_the_folder_through_the_browser_to_the_folder_only_the_edited_bytes_change(
    app: Flask, tomas: User, publish: Publish
) -> None:
    odd = (
        b"\xef\xbb\xbf---\r\ntitle:  Odd \r\nminutes: 5\r\n---\r\n\r\nA *path*  \r\n\tin a tree.\n"
    )
    folder = CourseTree.of({**{p: t.encode() for p, t in SMALL.items()}, "01-names/odd.md": odd})
    publish("small", folder)
    course = catalogue.find_course("small")
    grant(tomas, course, CourseRole.TRAINER)
    path = outline.rename(tomas, course, "01-names/odd.md", "Strange", "odd")
    publication.publish(tomas, course, draft_of(tomas, course), "")
    expected = folder.with_file(path, odd.replace(b"Odd ", b"Strange"))
    assert newest(course) == expected
    assert newest(course)[path] == expected[path]


def test_a_changed_folder_does_not_undo_the_browser(course: Course, tomas: User) -> None:
    publication.publish(tomas, course, draft_of(tomas, course), "")
    folder = CourseTree.of({path: text.encode() for path, text in SMALL.items()})
    folder = folder.with_file(QUIZ, folder[QUIZ] + b"\n")
    with pytest.raises(publishing.WrittenInBrowser) as conflict:
        publishing.publish_shipped(tomas, "small", folder)
    assert conflict.value.both == [PAGE, QUIZ]
    assert newest(course)[PAGE] == MINE


def test_a_shipped_folder_may_be_the_first_edition_of_a_course_that_was_only_begun(
    tomas: User, ada: User
) -> None:
    courses.create(tomas, slug="begun", title="Begun", language="en")
    folder = CourseTree.of({path: text.encode() for path, text in SMALL.items()})
    edition = publishing.publish_shipped(ada, "begun", folder)
    assert edition is not None
    assert edition.number == 1


# --- what changed -------------------------------------------------------------------------------


def test_editions_tell_what_they_changed(course: Course, tomas: User, publish: Publish) -> None:
    publication.publish(tomas, course, draft_of(tomas, course), "A road")
    outline.add_lesson(tomas, course, "01-names", "Zones", LessonKind.PAGE, "A zone.\n")
    outline.remove(tomas, course, QUIZ)
    publication.publish(tomas, course, draft_of(tomas, course), "")
    found, goes_on = editions.listed(course)
    assert not goes_on
    said = [
        (
            one.edition.number,
            one.by and one.by.name,
            one.difference
            and (
                [lesson.slug for lesson in one.difference.new],
                [lesson.slug for lesson in one.difference.gone],
                [(lesson.slug, number) for lesson, number in one.difference.changed],
            ),
        )
        for one in found
    ]
    assert said == [
        (3, "Tomas", (["names/zones"], ["names/quiz"], [])),
        (2, "Tomas", ([], [], [("names/what-is-a-name", 1)])),
        (1, None, None),
    ]
    now = catalogue.current_edition(course)
    assert editions.since(course, 1, now).sections == 1
    assert editions.since(course, 3, now) == editions.since(course, 7, now)


# --- new courses --------------------------------------------------------------------------------


def test_a_trainer_begins_a_course_and_publishes_it(tomas: User, ada: User, eve: User) -> None:
    course = courses.create(tomas, slug="new-names", title="New  names", language="en")
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.verb, line.course_id) == (Verb.CREATED, course.id)
    [row], goes_on = courses.mine(tomas)
    assert (row.title, row.edition, row.files, goes_on) == ("New names", None, 5, False)
    [seen], _more = courses.mine(ada)
    assert (seen.title, seen.draft) == ("new-names", None)
    assert courses.mine(eve) == ([], False)
    assert [partners.whereabouts(one)[2] for one in (tomas, ada, eve)] == [True, True, False]
    publication.publish(tomas, course, draft_of(tomas, course), "")
    [row], _more = courses.mine(tomas)
    assert (row.title, row.edition and row.edition.number, row.draft) == ("New names", 1, None)
    assert len(db.session.scalars(select(Lesson)).all()) == 2
    assert db.session.scalars(select(Edition.origin)).all() == [Origin.STUDIO]


def test_a_new_course_needs_a_title_and_an_address_of_its_own(tomas: User, eve: User) -> None:
    courses.create(tomas, slug="taken", title="Taken", language="en")
    for slug, title, field in (
        ("taken", "T", "slug"),
        ("new", "T", "slug"),
        ("Not this", "T", "slug"),
        ("x" * 61, "T", "slug"),
        ("fine", " ", "title"),
        ("fine", "x" * 201, "title"),
        ("fine", "a\u202eb", "title"),
    ):
        with pytest.raises(Invalid) as refused:
            courses.create(tomas, slug=slug, title=title, language="en")
        assert refused.value.field == field
    with pytest.raises(Denied):
        courses.create(eve, slug="fine", title="T", language="en")


def test_the_outline_is_changed_in_the_draft(course: Course, tomas: User, amina: User) -> None:

    completion.complete_lesson(amina, course, "names/what-is-a-name")
    assert outline.affected(tomas, course, PAGE) == outline.Affected(1, 1)
    assert outline.affected(tomas, course, QUIZ) == outline.Affected(1, 0)
    assert outline.affected(tomas, course, "01-names") == outline.Affected(1, 1)
    folder = outline.add_module(tomas, course, "Mail")
    assert outline.rename(tomas, course, folder, "Post", "post") == "02-post"
    outline.move(tomas, course, PAGE, "02-post", 0)
    outline.move(tomas, course, "02-post", "", 0)
    path = "02-names/quiz.md"
    assert outline.add_translation(tomas, course, path, "fr") == "02-names/quiz.fr.md"
    _tree, plan = outline.plan_for(tomas, course)
    assert [(one.slug, len(one.lessons)) for one in plan.modules] == [("post", 1), ("names", 1)]
    for wrong in ("", "x" * 201, "a\0b"):
        with pytest.raises(Invalid):
            outline.add_module(tomas, course, wrong)
    with pytest.raises(Invalid):
        outline.affected(tomas, course, "09-gone")
    with pytest.raises(Denied):
        outline.add_module(amina, course, "Mail")
    assert rows.of(draft_of(tomas, course))
