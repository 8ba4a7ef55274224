"""A course you finished has changed: who is told, what of, and what is new for them."""

import pytest
from sqlalchemy import select

from lms.content import compare
from lms.content.reading import course as reading
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, ending, journal
from lms.domain.learning import completion, earning, rechecking
from lms.domain.learning.progress import Progress, progress_of
from lms.models import Certificate, Course, Edition, MailKind, OutgoingMail, User
from tests.conftest import SMALL, Clock, Publish, person

PAGE = "01-names/01-what-is-a-name.md"
PAGES = {path: text for path, text in SMALL.items() if "quiz" not in path}
LATER = {**PAGES, "01-names/02-later.md": "---\ntitle: Later\n---\n\nMore of it.\n"}
SURVEY = (
    "---\ntitle: Survey\nkind: survey\n---\n\n## ? How was it? {#how}\n\n- ( ) Good\n- ( ) Bad\n"
)


@pytest.fixture
def course(publish: Publish) -> Course:
    return db.session.get_one(Course, publish("small", PAGES).course_id)


def finish(me: User, course: Course) -> None:
    completion.complete_lesson(me, course, "names/what-is-a-name")
    db.session.commit()


def recheck() -> int:
    """Everything, each piece in a transaction of its own; how many pieces."""
    pieces = 0
    while earning.recheck_next_edition():
        db.session.commit()
        pieces += 1
    return pieces


def told() -> list[tuple[str, object]]:
    recheck()
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [(row.recipient, row.facts["new"]) for row in rows if row.kind is MailKind.CHANGED]


def progress(me: User, course: Course) -> Progress:
    return progress_of(me, course, catalogue.text_of(catalogue.current_edition(course)))


def test_who_holds_a_certificate_stays_completed_and_sees_what_is_new(
    amina: User, eve: User, course: Course, publish: Publish
) -> None:
    finish(amina, course)
    completion.enrol(eve, course)
    publish("small", {**LATER, "01-names/03-extra.md": "---\ntitle: Extra\nrequired: no\n---\n"})

    held, other = progress(amina, course), progress(eve, course)
    assert (held.percent, held.done, held.required, held.is_complete) == (100, 1, 1, True)
    assert [state.lesson.slug for state in held.new] == ["names/later"]
    assert held.states["names/later"].is_new
    assert held.finish is not None
    assert (held.finish.edition_number, held.finish.known) == (
        1,
        frozenset({"names/what-is-a-name"}),
    )
    assert (other.percent, other.is_complete, other.new) == (0, False, ())

    completion.complete_lesson(amina, course, "names/later")
    assert progress(amina, course).new == ()


@pytest.mark.parametrize("kind", ["withdrawn", "expired"])
def test_a_withdrawn_certificate_is_not_held_and_an_old_one_is(
    amina: User, course: Course, publish: Publish, kind: str
) -> None:
    finish(amina, course)
    held = db.session.scalars(select(Certificate)).one()
    if kind == "withdrawn":
        ending.withdraw(amina, held)
    else:
        held.valid_until = journal.now().replace(year=2001)
    db.session.commit()
    publish("small", LATER)

    assert progress(amina, course).is_complete is (kind == "expired")
    assert told() == ([("amina@ngo.example", ["Later"])] if kind == "expired" else [])


def test_who_finished_is_told_of_new_lessons_once(
    amina: User, eve: User, course: Course, publish: Publish
) -> None:
    finish(amina, course)
    completion.enrol(eve, course)
    publish("small", LATER)
    recheck()

    mail = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.kind == MailKind.CHANGED)
    ).one()
    assert (mail.recipient, mail.facts) == (
        "amina@ngo.example",
        {
            "name": "Amina",
            "zone": "UTC",
            "person": amina.public_id,
            "course": "Names in short",
            "path": "courses/small/",
            "new": ["Later"],
        },
    )
    publish("small", {**LATER, "01-names/module.md": "---\ntitle: Other\n---\n"})
    publish("small", {**LATER, "01-names/04-last.md": "---\ntitle: Last\n---\n"})
    assert told() == [("amina@ngo.example", ["Later"]), ("amina@ngo.example", ["Last"])]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({**PAGES, PAGE: SMALL[PAGE].replace("tree.", "tree of 3.")}, [[]], id="words"),
        pytest.param({**PAGES, PAGE: SMALL[PAGE].replace(" is a *path* in", ":")}, [[]], id="fewer"),
        pytest.param({**PAGES, PAGE: SMALL[PAGE].replace("tree", "trees")}, [], id="a slip"),
        pytest.param({**PAGES, PAGE: SMALL[PAGE].replace("minutes: 5", "minutes: 6")}, [], id="rule"),
        pytest.param({**PAGES, "01-names/feedback.md": SURVEY}, [], id="a survey"),
        pytest.param(
            {**{p: t for p, t in PAGES.items() if p != PAGE}, "02-new/01-what-is-a-name.md":
             SMALL[PAGE].replace("minutes: 5", "was: names/what-is-a-name")}, [], id="moved",
        ),
    ],
)  # fmt: skip
def test_a_pure_republication_is_no_news(
    amina: User, course: Course, publish: Publish, files: dict[str, str], said: list[list[str]]
) -> None:
    finish(amina, course)
    publish("small", files)

    assert [new for _who, new in told()] == said


def test_editions_that_were_skipped_are_told_with_the_next(
    amina: User, course: Course, publish: Publish
) -> None:
    finish(amina, course)
    publish("small", LATER)
    publish("small", {**LATER, "01-names/module.md": "---\ntitle: Other\n---\n"})

    assert told() == [("amina@ngo.example", ["Later"])]


def test_a_lesson_that_comes_back_is_not_new_for_who_had_it(amina: User, publish: Publish) -> None:
    course = db.session.get_one(Course, publish("small", LATER).course_id)
    completion.complete_lesson(amina, course, "names/later")
    finish(amina, course)
    for files in (PAGES, {**PAGES, "01-names/09-z.md": "---\ntitle: Z\n---\n"}, LATER):
        publish("small", files)
        recheck()

    assert told() == [("amina@ngo.example", ["Z"])]


def test_suspended_people_hear_nothing(amina: User, course: Course, publish: Publish) -> None:
    finish(amina, course)
    amina.suspended_at = journal.now()
    db.session.commit()
    publish("small", LATER)

    assert told() == []


def test_many_learners_are_looked_at_in_pieces_that_can_be_interrupted(
    clock: Clock, course: Course, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "BATCH", 2)
    recheck()
    people = [person(name) for name in "abcde"]
    for one in people:
        finish(one, course)
    edition = publish("small", LATER)

    assert earning.recheck_next_edition()
    db.session.commit()
    assert earning.recheck_next_edition()
    db.session.rollback()  # the worker died: this piece is done again
    done = [(edition.rechecked_to > 0, edition.rechecked_at is None)]
    assert recheck() == 2
    done.append((edition.rechecked_to > 0, edition.rechecked_at is None))

    assert done == [(True, True), (True, False)]
    assert [who for who, _new in told()] == [f"{one.name}@ngo.example" for one in people]
    assert db.session.scalars(select(Edition).where(Edition.rechecked_at.is_(None))).all() == []


@pytest.mark.parametrize(
    ("before", "after", "reworded"),
    [
        ("Rent it for ten days.", "Rent it for ten days!", False),
        ("Rent it for 10 days.", "Rent it for 60 days.", True),
        ("域名是一条路径。", "域名是一棵树。", True),
        ("One. Two.", "Two. One.", False),
    ],
)
def test_new_words_count_and_slips_do_not(before: str, after: str, *, reworded: bool) -> None:
    lessons = []
    for words in (before, after):
        files = {**SMALL, PAGE: SMALL[PAGE].replace("A name is a *path* in a tree.", words)}
        text, _problems = reading.read(
            CourseTree.of({path: data.encode() for path, data in files.items()})
        )
        assert text is not None
        lessons.append(text.lessons[0])

    assert compare.is_reworded(*lessons) is reworded
