"""The page of a path: its courses in order, and one's progress over them."""

from collections.abc import Callable
from pathlib import Path as Folder

import pytest
from flask import Flask

from lms.cli.paths import publish_shipped
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import journal, paths, publishing
from lms.domain.errors import Denied
from lms.domain.learning import completion
from lms.domain.permissions import System
from lms.models import Course, Origin, PathEdition, User
from tests.cli.test_commands import run
from tests.conftest import SMALL, Browser, Publish

TEXT = "---\ntitle: First steps\nsummary: Small first.\ncourses: small, other\n---\n\nFor *all*.\n"
FRENCH = "---\ntitle: Premiers pas\n---\n"
ONE_PAGE = {path: text for path, text in SMALL.items() if "quiz" not in path}


def tree(text: str = TEXT) -> CourseTree:
    return CourseTree.of({"steps.md": text.encode(), "steps.fr.md": FRENCH.encode()})


@pytest.fixture
def steps(small: Course, publish: Publish) -> PathEdition:
    """A path from the small course to another."""
    publish("other", {**ONE_PAGE, "course.md": SMALL["course.md"].replace("Names in", "More in")})
    made = paths.publish_path(System(), "steps", tree(), origin=Origin.IMPORTED)
    db.session.commit()
    return made


def test_a_visitor_sees_the_courses_in_their_order(visitor: Browser, steps: PathEdition) -> None:
    page = visitor.get("/en/paths/steps").text

    assert "<h1>First steps</h1>" in page
    assert "<p>For <em>all</em>.</p>" in page
    assert page.index("1. Names in short</a>") < page.index("2. More in short</a>")
    assert 'href="/en/courses/small/"><span>Start:' in page
    assert "2 courses" in page
    assert "finished" not in page
    assert '<h1 lang="fr"' not in visitor.get("/fr/paths/steps").text
    assert "<h1>Premiers pas</h1>" in visitor.get("/fr/paths/steps").text
    assert '<div class="prose after" lang="en" dir="ltr">' in visitor.get("/fr/paths/steps").text
    assert '<a href="/en/paths/steps">First steps</a>' in visitor.get("/en/").text
    assert "http://localhost/fr/paths/steps" in visitor.get("/sitemap.xml").text
    assert visitor.get("/en/paths/nowhere").status_code == 404


def test_a_new_edition_is_shown_at_once_though_the_page_was_kept(
    visitor: Browser, steps: PathEdition
) -> None:
    assert "First steps" in visitor.get("/en/").text
    begin_writing()
    for _twice in range(2):
        edition = paths.publish_path(
            System(), "steps", tree(TEXT.replace("First", "Next")), origin=Origin.IMPORTED
        )
        db.session.commit()

    assert edition.number == 2
    assert "Next steps" in visitor.get("/en/").text
    assert "Next steps" in visitor.get("/en/paths/steps").text
    assert paths.tree_of(edition)["steps.fr.md"] == FRENCH.encode()


def test_progress_goes_over_the_courses(
    sign_in: Callable[[User], Browser],
    steps: PathEdition,
    amina: User,
    publish: Publish,
    count_queries: list[str],
) -> None:
    publish("small", ONE_PAGE)
    browser = sign_in(amina)
    assert "finished" not in browser.get("/en/paths/steps").text
    for slug, told in (("small", "1 of 2 courses finished"), ("other", "You finished every")):
        begin_writing()
        course = db.session.query(Course).filter_by(slug=slug).one()
        completion.complete_lesson(amina, course, "names/what-is-a-name")
        db.session.commit()
        assert told in browser.get("/en/paths/steps").text
    count_queries.clear()
    browser.get("/en/paths/steps")
    assert len(count_queries) == 6, count_queries


def test_a_course_that_is_no_longer_offered_stands_there_for_who_began_it(
    sign_in: Callable[[User], Browser], visitor: Browser, steps: PathEdition, amina: User
) -> None:
    begin_writing()
    for course in db.session.query(Course):
        completion.complete_lesson(amina, course, "names/what-is-a-name")
        course.retired_at = journal.now()
    db.session.commit()

    assert "2 courses" in sign_in(amina).get("/en/paths/steps").text
    assert "None of its courses is offered" in visitor.get("/en/paths/steps").text


def test_an_edition_with_errors_is_refused_and_so_is_a_learner(small: Course, amina: User) -> None:
    with pytest.raises(publishing.NotPublishable):
        paths.publish_path(System(), "steps", tree(), origin=Origin.IMPORTED)
    with pytest.raises(Denied):
        paths.publish_path(amina, "steps", tree(), origin=Origin.IMPORTED)


# --- as files -----------------------------------------------------------------------------------


def test_files_are_checked_imported_and_shipped(
    app: Flask, small: Course, tmp_path: Folder
) -> None:
    folder = tmp_path / "courses" / "paths"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("No path.")
    (tmp_path / "courses" / "small").mkdir()
    (tmp_path / "courses" / "small" / "course.md").write_text(SMALL["course.md"])
    path = folder / "steps.md"
    path.write_text(TEXT)

    done = run(app, "courses", "check", str(folder))
    assert done.exit_code == 1
    assert "steps.md:4: error: there is no course 'other'" in done.output
    assert run(app, "courses", "import", str(folder)).exit_code == 1
    publish_shipped(folder)
    assert db.session.query(PathEdition).count() == 0

    path.write_text(TEXT.replace(", other", ""))
    assert run(app, "courses", "check", str(folder)).exit_code == 0
    assert run(app, "courses", "import", str(folder)).output == "steps: edition 1\n"
    begin_writing()
    publish_shipped(folder)  # it was an edition
    path.write_text(TEXT.replace(", other", "").replace("First", "Next"))
    publish_shipped(folder)
    publish_shipped(folder / "nowhere")
    assert [one.number for one in db.session.query(PathEdition)] == [1, 2]
    assert [one.origin for one in db.session.query(PathEdition)] == [
        Origin.IMPORTED,
        Origin.SHIPPED,
    ]
