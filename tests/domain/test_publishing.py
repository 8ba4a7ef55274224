import pytest
from sqlalchemy import func, select

from lms.content.archive import from_folder
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, journal, publishing
from lms.domain.errors import Conflict, Denied, Missing
from lms.domain.learning import completion
from lms.domain.learning.earning import recheck_next_edition
from lms.domain.permissions import System
from lms.models import (
    Certificate,
    Course,
    CourseRole,
    CourseRoleGrant,
    Edition,
    EditionLesson,
    Lesson,
    Origin,
    User,
)
from tests.conftest import EXAMPLE, SMALL, Publish

PAGE = "01-names/01-what-is-a-name.md"
QUIZ = "01-names/quiz.md"


def tree(**changes: str) -> CourseTree:
    files = {**SMALL, **{path.replace("|", "/"): text for path, text in changes.items()}}
    return CourseTree.of({path: text.encode() for path, text in files.items()})


def more(text: str) -> str:
    """The page with one more paragraph."""
    return SMALL[PAGE].replace("in a tree.", f"in a tree.\n\n{text}")


def lessons() -> dict[str, bool]:
    """Slug → whether it is retired."""
    rows = db.session.scalars(select(Lesson).order_by(Lesson.id))
    return {lesson.slug: lesson.retired_at is not None for lesson in rows}


def test_publishing_the_same_tree_twice_makes_one_edition(small: Course, publish: Publish) -> None:
    publish("small", SMALL)

    assert [edition.number for edition in db.session.scalars(select(Edition))] == [1]


def test_an_edition_gives_back_the_bytes_it_was_made_of(example: Course) -> None:
    edition = catalogue.current_edition(example)

    given = catalogue.tree_of(edition)
    assert given == from_folder(EXAMPLE)
    assert {path: given[path] for path in given.paths} == {
        path: (EXAMPLE / path).read_bytes() for path in given.paths
    }


def test_an_invalid_course_is_not_published_and_the_edition_before_it_stays(
    small: Course, publish: Publish
) -> None:
    with pytest.raises(publishing.NotPublishable) as refused:
        publish("small", {**SMALL, QUIZ: SMALL[QUIZ].replace("(x)", "( )")})
    db.session.rollback()

    assert [problem.file for problem in refused.value.problems] == [QUIZ]
    assert catalogue.current_edition(small).number == 1


def test_a_lesson_that_is_gone_is_retired_and_comes_back(small: Course, publish: Publish) -> None:
    rest = {path: text for path, text in SMALL.items() if path != PAGE}
    publish("small", rest)
    assert lessons() == {"names/what-is-a-name": True, "names/quiz": False}
    publish("small", {**rest, "01-names/module.md": "---\ntitle: More names\n---\n"})
    assert lessons() == {"names/what-is-a-name": True, "names/quiz": False}

    publish("small", SMALL)
    assert lessons() == {"names/what-is-a-name": False, "names/quiz": False}


def test_a_renamed_lesson_keeps_its_row_and_its_old_address(
    small: Course, publish: Publish
) -> None:
    before = catalogue.find_lesson(small, "names/what-is-a-name").id
    files = {path: text for path, text in SMALL.items() if path != PAGE}
    files["01-names/01-names.md"] = SMALL[PAGE].replace("minutes: 5", "was: names/what-is-a-name")
    publish("small", files)

    assert catalogue.find_lesson(small, "names/names").id == before
    assert catalogue.find_lesson(small, "names/what-is-a-name").id == before
    said = select(EditionLesson.slug).where(EditionLesson.lesson_id == before)
    assert db.session.scalars(said.order_by(EditionLesson.edition_id)).all() == [
        "names/what-is-a-name",
        "names/names",
    ]


def test_a_renamed_module_keeps_its_lessons(small: Course, publish: Publish) -> None:
    before = catalogue.find_lesson(small, "names/quiz").id
    files = {path.replace("01-names", "01-labels"): text for path, text in SMALL.items()}
    files["01-labels/module.md"] = "---\ntitle: Labels\nwas: names\n---\n"
    publish("small", files)

    assert catalogue.find_lesson(small, "labels/quiz").id == before


def test_a_folder_that_ships_is_published_once(app: object) -> None:
    first = publishing.publish_shipped(System(), "small", tree())
    again = publishing.publish_shipped(System(), "small", tree())

    assert first is not None
    assert (first.number, first.origin, again) == (1, Origin.SHIPPED, None)


def test_an_older_shipped_folder_does_not_come_back(app: object) -> None:
    publishing.publish_shipped(System(), "small", tree())
    publishing.publish_shipped(System(), "small", tree(**{PAGE: more("More.")}))

    assert publishing.publish_shipped(System(), "small", tree()) is None


def test_a_shipped_folder_never_undoes_what_was_written_in_the_browser(app: object) -> None:
    publishing.publish_shipped(System(), "small", tree())
    written = tree(**{PAGE: more("From the browser.")})
    publishing.publish_tree(System(), "small", written, origin=Origin.STUDIO)

    with pytest.raises(Conflict, match="in the browser"):
        publishing.publish_shipped(System(), "small", tree(**{PAGE: more("Shipped.")}))


def test_a_learner_may_not_publish(small: Course, amina: User) -> None:
    with pytest.raises(Denied):
        publishing.publish_tree(amina, "small", tree(), origin=Origin.STUDIO)
    with pytest.raises(Denied):
        publishing.publish_tree(amina, "another", tree(), origin=Origin.STUDIO)


def test_a_trainer_makes_courses_but_changes_only_their_own(
    small: Course, tomas: User, ada: User
) -> None:
    changed = tree(**{PAGE: more("More.")})
    assert publishing.publish_tree(tomas, "another", tree(), origin=Origin.STUDIO).number == 1
    with pytest.raises(Denied):
        publishing.publish_tree(tomas, "small", changed, origin=Origin.STUDIO)

    db.session.add(
        CourseRoleGrant(
            user_id=tomas.id,
            course_id=small.id,
            role=CourseRole.TRAINER,
            at=tomas.created_at,
            by="x",
        )
    )
    assert publishing.publish_tree(tomas, "small", changed, origin=Origin.STUDIO).number == 2
    assert publishing.publish_tree(ada, "small", tree(), origin=Origin.STUDIO).number == 3


def test_a_dropped_lesson_can_earn_somebody_the_certificate(
    small: Course, amina: User, publish: Publish
) -> None:
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    db.session.commit()
    publish("small", {path: text for path, text in SMALL.items() if path != QUIZ})

    while recheck_next_edition():
        db.session.commit()

    assert db.session.scalars(select(Certificate.holder_id)).all() == [amina.id]


def test_a_new_edition_rechecks_nobody_for_an_older_one(
    small: Course, amina: User, publish: Publish
) -> None:
    publish("small", {path: text for path, text in SMALL.items() if path != QUIZ})
    publish("small", SMALL)
    while recheck_next_edition():
        db.session.commit()

    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_only_courses_that_are_not_retired_are_current(small: Course, publish: Publish) -> None:
    publish("another", SMALL)
    small.retired_at = small.created_at
    db.session.commit()

    assert [course.slug for course, _ in catalogue.current_editions()] == ["another"]


def test_what_never_was_is_missing(small: Course) -> None:
    with pytest.raises(Missing):
        catalogue.find_course("nothing")
    with pytest.raises(Missing):
        catalogue.find_lesson(small, "names/nothing")
    with pytest.raises(Missing):
        catalogue.lesson_text(catalogue.current_edition(small), "names/nothing")


def test_a_course_without_an_edition_is_not_published_yet(app: object) -> None:
    course = Course(slug="empty", created_at=journal.now())
    db.session.add(course)
    db.session.flush()

    with pytest.raises(Missing):
        catalogue.current_edition(course)


def test_a_file_is_given_only_under_its_own_course_and_path(example: Course, small: Course) -> None:
    path = "01-how-names-work/img/tree.svg"
    digest = catalogue.tree_of(catalogue.current_edition(example)).digests[path]

    assert catalogue.file_of(example, path, digest) == (EXAMPLE / path).read_bytes()
    with pytest.raises(Missing):
        catalogue.file_of(small, path, digest)
