"""Who holds the certificates of all courses of a path gets its diploma."""

import pytest
from sqlalchemy import select

from lms import jobs
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, certification, ending, paths, publishing
from lms.domain.learning import completion, diplomas, rechecking
from lms.domain.permissions import System
from lms.models import Award, Certificate, MailKind, Origin, OutgoingMail, PathEdition, User
from tests.conftest import SMALL, Publish, person

PAGES = {path: text for path, text in SMALL.items() if "quiz" not in path}
LESSON = "names/what-is-a-name"


def course(publish: Publish, slug: str, hours: str = "2", certificate: str = "yes") -> None:
    """One page."""
    text = PAGES["course.md"].replace("hours: 1", f"hours: {hours}")
    text = text.replace("certificate: yes", f"certificate: {certificate}")
    publish(slug, {**PAGES, "course.md": text})


def path(*courses: str, title: str = "First steps", slug: str = "first") -> PathEdition:
    text = f"---\ntitle: {title}\nsummary: S\ncourses: {', '.join(courses)}\n---\n\nFor all.\n"
    french = "---\ntitle: Premiers pas\n---\n\nPour tous.\n"
    tree = CourseTree.of({f"{slug}.md": text.encode(), f"{slug}.fr.md": french.encode()})
    edition = paths.publish_path(System(), slug, tree, origin=Origin.IMPORTED)
    db.session.commit()
    return edition


def finish(me: User, *slugs: str) -> None:
    for slug in slugs:
        completion.complete_lesson(me, catalogue.find_course(slug), LESSON)
    db.session.commit()


def diplomas_of(me: User) -> list[Certificate]:
    return [one for one in certification.certificates_of(me) if one.award is Award.DIPLOMA]


@pytest.fixture
def three(publish: Publish) -> PathEdition:
    """A path of three courses."""
    for slug, hours in (("one", "2"), ("two", "10"), ("three", "1")):
        course(publish, slug, hours)
    return path("one", "two", "three")


def test_the_last_certificate_earns_it(amina: User, three: PathEdition) -> None:
    amina.language = "fr"
    finish(amina, "one", "three")
    assert diplomas_of(amina) == []

    finish(amina, "two")

    (diploma,) = diplomas_of(amina)
    assert (diploma.course_id, diploma.path_id, diploma.period) == (None, three.path_id, 1)
    assert (diploma.course_slug, diploma.course_title) == ("first", "Premiers pas")
    assert (diploma.language, diploma.hours, diploma.percent) == ("fr", "13", None)
    assert (diploma.title, diploma.holder_name) == ("Diploma", "Amina")
    assert diploma.statement == "has completed every course of the path"
    assert (diploma.edition_number, diploma.edition_digest) == (1, three.digest)
    assert diploma.valid_until is None
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert mail is not None
    assert (mail.kind, mail.facts["diploma"]) == (MailKind.EARNED, True)


def test_there_is_one_and_it_stays_when_a_certificate_of_it_ends(
    amina: User, three: PathEdition
) -> None:
    finish(amina, "one", "two", "three")
    course_one = catalogue.find_course("one")
    diplomas.issue_if_earned(amina, course_one)
    ending.withdraw(amina, certification.certificates_of(amina)[-1])
    diplomas.issue_if_earned(amina, course_one)
    db.session.commit()

    assert len(diplomas_of(amina)) == 1


def test_a_withdrawn_certificate_counts_no_more(amina: User, three: PathEdition) -> None:
    finish(amina, "one", "two")
    ending.withdraw(amina, certification.certificates_of(amina)[0])
    finish(amina, "three")

    assert diplomas_of(amina) == []


def test_a_path_of_one_course_and_one_with_a_course_without_certificate_earn_none(
    amina: User, publish: Publish
) -> None:
    course(publish, "one")
    course(publish, "two", certificate="no")
    path("one", slug="alone")
    edition = path("one", "two")
    finish(amina, "one", "two")
    with jobs.editions() as deed:
        deed()

    assert diplomas_of(amina) == []
    assert diplomas.courses_for(paths.text_of(*paths.find("first"))) == []
    assert edition.number == 1


def test_a_course_that_is_offered_no_more_is_not_asked_for(
    amina: User, three: PathEdition, publish: Publish
) -> None:
    publishing.retire(System(), catalogue.find_course("three"))
    finish(amina, "one", "two")

    assert [one.hours for one in diplomas_of(amina)] == ["12"]


def test_hours_that_are_no_number_have_no_sum(amina: User, publish: Publish) -> None:
    course(publish, "one", "2")
    course(publish, "two", "2 to 3")
    path("one", slug="alone")
    path("one", "two")
    finish(amina, "one", "two")

    assert [one.hours for one in diplomas_of(amina)] == [""]


def test_a_path_that_is_published_later_gives_it_to_who_has_them(
    amina: User, eve: User, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if there are more people than are looked at in one transaction."""
    monkeypatch.setattr(rechecking, "BATCH", 1)
    for slug in ("one", "two", "three"):
        course(publish, slug)
    bo = person("Bo")
    finish(amina, "one", "two")
    finish(eve, "one")
    finish(bo, "two", "one")
    first = path("one", "two", "three")
    second = path("one", "two")

    with jobs.editions() as deed:
        deed()

    assert [len(diplomas_of(one)) for one in (amina, eve, bo)] == [1, 0, 1]
    db.session.refresh(first)
    assert None not in {first.rechecked_at, second.rechecked_at}
    assert diplomas_of(amina)[0].edition_number == 2
