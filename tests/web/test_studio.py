"""The studio: a course from nothing, its outline, what differs, publishing, going back."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.content import archive
from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import catalogue, certification, journal
from lms.domain.drafts import drafts, outline, publication
from lms.domain.learning import completion
from lms.models import Course, CourseRole, Draft, Edition, User
from tests.conftest import SMALL, Browser, Publish, SignIn, person
from tests.domain.test_who_may import grant

PAGE = "01-names/01-what-is-a-name.md"
QUIZ = "01-names/quiz.md"
MINE = SMALL[PAGE].replace("*path*", "road").encode()


def said(page: str) -> str:
    """The text of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def course(small: Course, tomas: User) -> Course:
    """Tomas trains it."""
    grant(tomas, small, CourseRole.TRAINER)
    db.session.commit()
    return small


@pytest.fixture
def trainer(course: Course, tomas: User, sign_in: SignIn) -> Browser:
    """His browser."""
    return sign_in(tomas)


def write(one: User, course: Course, path: str, data: bytes, version: int = -1) -> None:
    """Into somebody's draft."""
    drafts.save_file(one, course, path, data, version=version)
    db.session.commit()


def test_a_trainer_begins_a_course_and_publishes_it(
    app: Flask, tomas: User, sign_in: SignIn, visitor: Browser
) -> None:
    browser = sign_in(tomas)
    assert "no course yet" in browser.get("/en/studio/").text
    assert "A new course" in browser.get("/en/studio/new").text
    wrong = browser.post("/en/studio/new", data={"title": "", "slug": "Not this", "language": "en"})
    assert wrong.status_code == 422
    assert browser.post("/en/studio/new", data={"title": "N"}).status_code == 422
    made = browser.post("/en/studio/new", data={"title": "Names at work", "language": "en"})
    assert made.location == "/en/studio/names-at-work?done=begun"
    page = browser.get(made.location).text
    assert "The first module" in page
    assert "The course: course.md" in said(page)
    assert "/en/studio/names-at-work/files/01-first-module/01-first-lesson.md" in page
    assert visitor.get("/en/courses/names-at-work/").status_code == 404
    assert "Nothing was published yet" in browser.get("/en/studio/names-at-work/history").text
    assert "not published yet" in browser.get("/en/studio/").text
    sent = browser.post("/en/studio/names-at-work/publication", data={"note": "Here it is"})
    assert sent.location == "/en/studio/names-at-work/history?done=published"
    page = browser.get(sent.location).text
    assert "Tomas" in page
    assert "Here it is" in page
    assert visitor.get("/en/courses/names-at-work/").status_code == 200
    again = browser.post("/en/studio/new", data={"title": "Names at work", "language": "en"})
    assert "Another course has this address" in again.text


def test_the_outline_is_changed_by_forms(
    course: Course, trainer: Browser, tomas: User, amina: User
) -> None:
    where = "/en/studio/small"
    assert trainer.post(f"{where}/modules", data={"title": ""}).status_code == 422
    added = trainer.post(f"{where}/modules", data={"title": "Mail"})
    assert added.location == f"{where}?done=added#02-mail"
    assert "No lesson yet" in trainer.get(where).text
    for kind in ("page", "quiz", "exam", "assignment", "survey", "attendance", "nonsense"):
        lesson = {"folder": "02-mail", "title": f"A {kind}", "kind": kind}
        assert trainer.post(f"{where}/lessons", data=lesson).status_code == 303
    wrong = trainer.post(f"{where}/lessons", data={"folder": "02-mail", "title": " "})
    assert (wrong.status_code, wrong.text.count("Write a title")) == (422, 2)
    tree = drafts.working_tree(tomas, course)
    assert tree["02-mail/04-a-assignment.md"].startswith(b"---\ntitle: A assignment\nkind: assign")
    mine = drafts.find_draft(course, tomas)
    assert mine is not None
    assert publication.state_of(mine).errors == []

    french = {"path": PAGE, "language": "fr"}
    assert trainer.post(f"{where}/translations", data=french).status_code == 303
    assert trainer.post(f"{where}/translations", data=french).status_code == 422
    assert trainer.post(f"{where}/translations", data={"language": "xx"}).status_code == 404
    for path in ("course.md", "01-names/module.md"):
        assert f'<option value="{path}">' in trainer.get(where).text
        french = {"path": path, "language": "fr"}
        assert trainer.post(f"{where}/translations", data=french).status_code == 303
    moved = trainer.post(f"{where}/moves", data={"path": QUIZ, "folder": "02-mail", "position": 0})
    assert moved.location == f"{where}?done=moved#02-mail"
    assert trainer.post(f"{where}/moves", data={"path": "gone.md"}).status_code == 422
    trainer.post(f"{where}/moves", data={"path": "02-mail", "folder": "", "position": "0"})

    form = f"{where}/name?path=02-names/01-what-is-a-name.md"
    assert 'value="What is a name"' in trainer.get(form).text
    assert trainer.post(form, data={"title": "Names", "name": "Not this"}).status_code == 422
    renamed = trainer.post(form, data={"title": "Names", "name": "names"})
    assert renamed.location == f"{where}?done=renamed#02-names/01-names.md"
    assert b"was: what-is-a-name" in drafts.working_tree(tomas, course)["02-names/01-names.md"]
    assert 'value="Mail"' in trainer.get(f"{where}/name?path=01-mail").text
    assert trainer.get(f"{where}/name?path=nothing").status_code == 404

    form = f"{where}/removal?path=01-mail"
    assert "0 learners are in this course" in trainer.get(form).text
    assert "Remove this lesson" in trainer.get(f"{where}/removal?path=02-names/01-names.md").text
    assert trainer.post(form).location == f"{where}?done=removed"
    page = said(trainer.get(where).text)
    assert "Your draft: " in page
    assert "Français" in page
    assert "Mail" not in drafts.working_tree(tomas, course).paths


def test_a_file_is_shown_beside_what_is_published(
    course: Course, trainer: Browser, tomas: User, sign_in: SignIn
) -> None:
    where = "/en/studio/small/changes"
    assert "Nothing differs" in trainer.get(where).text
    assert trainer.get(f"{where}/{PAGE}").status_code == 404
    assert trainer.post(f"{where}/{PAGE}").status_code == 303
    assert trainer.get("/en/studio/small/discard").status_code == 404
    write(tomas, course, PAGE, MINE)
    write(tomas, course, "01-names/img/dot.png", b"\x89PNG", 0)
    drafts.take_out(tomas, course, QUIZ, version=-1)
    db.session.commit()
    page = said(trainer.get(where).text)
    for words in ("It changes 3 files", "changed", "removed", "new"):
        assert words in page
    page = trainer.get(f"{where}/{PAGE}").text
    assert "<p>A name is a <em>path</em> in a tree.</p>" in page
    assert "<p>A name is a road in a tree.</p>" in page
    assert "<bdi>A name is a *path* in a tree.</bdi>" in page
    assert "<bdi>A name is a road in a tree.</bdi>" in page
    page = trainer.get(f"{where}/{QUIZ}").text
    assert "This file is taken out." in page
    assert "before-runs" in page
    write(tomas, course, "01-names/01-what-is-a-name.fr.md", b"---\n---\n\nUn nom.\n", 0)
    write(tomas, course, "course.md", SMALL["course.md"].replace("For every", "For any").encode())
    page = trainer.get(f"{where}/01-names/01-what-is-a-name.fr.md").text
    assert "<p>Un nom.</p>" in page
    assert "<p>For anybody.</p>" in trainer.get(f"{where}/course.md").text
    assert "Line by line" not in trainer.get(f"{where}/01-names/img/dot.png").text

    drafts.discard(tomas, course)
    outline.rename(tomas, course, PAGE, "Names", "names")
    outline.move(tomas, course, QUIZ, "01-names", 0)
    db.session.commit()
    page = said(trainer.get(where).text)
    assert "01-names/02-names.md was: 01-names/01-what-is-a-name.md" in page
    assert "changed, and has another name" in page
    page = said(trainer.get(f"{where}/01-names/01-quiz.md").text)
    assert "It is published as 01-names/quiz.md" in page
    assert "The words are the same" in page
    moved = trainer.post(f"{where}/01-names/02-names.md")
    assert moved.location == f"{where}?done=taken-back"
    assert PAGE in drafts.working_tree(tomas, course)
    write(tomas, course, "01-names/deep.md", b"---\ntitle: D\n---\n\n" + b"> " * 3000 + b"x\n", 0)
    assert trainer.get(f"{where}/01-names/deep.md").status_code == 200
    write(tomas, course, "course.md", b"No settings.")
    assert trainer.get(f"{where}/course.md").status_code == 200
    drafts.take_out(tomas, course, "course.md", version=1)
    db.session.commit()
    assert "For everybody" in trainer.get(f"{where}/course.md").text
    drafts.discard(tomas, course)
    db.session.commit()

    write(tomas, course, PAGE, MINE)
    rui = person("Rui")
    grant(rui, course, CourseRole.REVIEWER)
    db.session.commit()
    reviewer = sign_in(rui)
    assert "Drafts of others" in reviewer.get(where).text
    page = reviewer.get(f"{where}?by={tomas.public_id}").text
    assert "Draft of Tomas" in page
    assert "Give up" not in page
    page = reviewer.get(f"{where}/{PAGE}?by={tomas.public_id}").text
    assert "Give this change up" not in page
    assert "Owners and trainers" in reviewer.get("/en/studio/small/publication").text

    assert trainer.post(f"{where}/{PAGE}").location == f"{where}?done=taken-back"
    assert "for ever" in trainer.get("/en/studio/small/discard").text
    trainer.post("/en/studio/small/discard")
    assert drafts.find_draft(course, tomas) is None


def test_errors_stop_the_publication_and_the_page_says_where(
    course: Course, trainer: Browser, tomas: User
) -> None:
    where = "/en/studio/small/publication"
    assert trainer.post(where, data={}).status_code == 404
    write(tomas, course, QUIZ, b"---\ntitel: Quiz\n---\n\n# No question\n")
    page = trainer.get(where).text
    assert "disabled" in page
    assert f"/en/studio/small/files/{QUIZ}#line-2" in page
    assert f"{QUIZ}:2" in page
    assert "did you mean" in page
    sent = trainer.post(where, data={"note": "Mine"})
    assert (sent.status_code, 'value="Mine"' in sent.text) == (422, True)
    assert "stop the publication" in trainer.get("/en/studio/small/changes").text
    assert trainer.post(where, data={"note": "x" * 501}).status_code == 422
    assert db.session.scalars(select(Edition.number)).all() == [1]


def test_conflicts_are_settled_file_by_file(
    course: Course, trainer: Browser, tomas: User, publish: Publish
) -> None:
    write(tomas, course, PAGE, MINE)
    write(tomas, course, QUIZ, SMALL[QUIZ].encode() + b"\n\n")
    publish("small", {path: text.replace("*path*", "way") + "\n" for path, text in SMALL.items()})
    where = "/en/studio/small"
    sent = trainer.post(f"{where}/publication", data={})
    assert (sent.status_code, "A newer edition changed the same files" in sent.text) == (409, True)
    assert "too. Look at both" in trainer.get(f"{where}/changes").text
    assert "edition 2 changed the same file" in trainer.get(f"{where}/changes/{PAGE}").text
    assert 'class="sheet" dir="ltr"' in trainer.get(f"/ar/studio/small/changes/{PAGE}").text
    old = {"keep": "mine", "number": "1"}
    assert trainer.post(f"{where}/changes/{PAGE}", data=old).status_code == 409
    for path, keep in ((PAGE, "mine"), (QUIZ, "theirs")):
        sent = trainer.post(f"{where}/changes/{path}", data={"keep": keep, "number": "2"})
        assert sent.location == f"{where}/changes?done=chosen"
    assert trainer.post(f"{where}/publication", data={}).status_code == 303
    tree = catalogue.tree_of(catalogue.current_edition(course))
    assert tree[PAGE] == MINE
    assert tree[QUIZ] == SMALL[QUIZ].encode() + b"\n"


def test_a_publication_waits_for_its_time(course: Course, trainer: Browser, tomas: User) -> None:
    where = "/en/studio/small/publication"
    write(tomas, course, PAGE, MINE)
    for wrong in ("tomorrow", "2020-01-01T09:00"):
        assert trainer.post(where, data={"at": wrong}).status_code == 422
    at = (journal.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert trainer.post(where, data={"at": at}).location == f"{where}?done=scheduled"
    assert "To be published on" in trainer.get(where).text
    assert "to be published on" in trainer.get("/en/studio/").text
    assert trainer.post(f"{where}/cancel").location == f"{where}?done=cancelled"
    draft = db.session.scalars(select(Draft)).one()
    draft.refusal = "The course has errors and was not published."
    db.session.commit()
    assert "Not published" in trainer.get(where).text
    assert "Not published" in trainer.get("/en/studio/").text


def test_old_editions_come_back_and_go_along(
    course: Course, trainer: Browser, tomas: User, visitor: Browser
) -> None:
    write(tomas, course, PAGE, MINE)
    publication.publish(tomas, course, drafts.open_draft(tomas, course), "")
    db.session.commit()
    where = "/en/studio/small/history"
    assert "1 section changed" in trainer.get(where).text
    packed = trainer.get(f"{where}/1.zip")
    first = archive.from_zip(io.BytesIO(packed.data))
    assert first == CourseTree.of({path: text.encode() for path, text in SMALL.items()})
    assert trainer.get(f"{where}/7.zip").status_code == 404
    assert "undone" in trainer.get(f"{where}/1/again").text
    restored = trainer.post(f"{where}/1/draft")
    assert restored.location == "/en/studio/small/changes?done=restored"
    assert drafts.working_tree(tomas, course) == first
    assert trainer.post(f"{where}/1/again").location == f"{where}?done=published"
    assert catalogue.tree_of(catalogue.current_edition(course)) == first
    assert trainer.post(f"{where}/3/again").status_code == 409
    page = said(visitor.get("/en/courses/small/changes").text)
    assert "Edition 3" in page
    assert "Edition 1 again" in page
    assert "Tomas" not in page
    assert "The first edition." in page
    assert "There are no more" in visitor.get("/en/courses/small/changes?page=2").text
    assert visitor.get("/en/courses/none/changes").status_code == 404


def test_who_finished_is_told_how_much_changed_since(
    course: Course, tomas: User, amina: User, sign_in: SignIn
) -> None:
    edition = catalogue.current_edition(course)
    completion.complete_lesson(amina, course, "names/what-is-a-name")
    certification.issue(
        amina, course, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    db.session.commit()
    assert "since you learned this" not in sign_in(amina).get("/en/courses/small/").text
    write(tomas, course, PAGE, MINE)
    publication.publish(tomas, course, drafts.open_draft(tomas, course), "")
    db.session.commit()
    page = sign_in(amina).get("/en/courses/small/").text
    assert "1 section changed since you learned this." in page
    assert "/en/courses/small/changes" in page
    trainers = sign_in(tomas)
    assert "/en/studio/small" in trainers.get("/en/courses/small/").text
    assert "/en/studio/" in trainers.get("/en/my-learning").text
    assert "/en/studio/" not in sign_in(amina).get("/en/my-learning").text


def zipped(files: dict[str, bytes]) -> dict[str, object]:
    """A form with a ZIP file of these."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return {"file": (io.BytesIO(packed.getvalue()), "small.zip")}


def test_a_folder_from_elsewhere_becomes_the_draft(
    course: Course, trainer: Browser, tomas: User
) -> None:
    where = "/en/studio/small/upload"
    files = {f"small/{path}": text.encode() for path, text in SMALL.items()}
    picture = {"small/01-names/img/dot.png": b"\x89PNG"}
    sent = trainer.post(where, data=zipped({**files, f"small/{PAGE}": MINE, **picture}))
    assert sent.location == "/en/studio/small/changes?done=uploaded"
    draft = drafts.find_draft(course, tomas)
    assert draft is not None
    assert drafts.tree_of(draft)[PAGE] == MINE
    assert drafts.tree_of(draft)["01-names/img/dot.png"] == b"\x89PNG"
    assert db.session.scalars(select(Edition.number)).all() == [1]
    for form, words in (
        ({}, "Choose a file"),
        ({"file": (io.BytesIO(b"no"), "x.zip")}, "not a ZIP file"),
        (zipped({"../x.md": b""}), "no path inside"),
        (zipped({"x.md": b""}), "no course.md"),
    ):
        wrong = trainer.post(where, data=form, content_type="multipart/form-data")
        assert (wrong.status_code, words in wrong.text) == (422, True)


def test_from_folder_to_browser_to_folder_only_the_edited_bytes_change(
    app: Flask, tomas: User, sign_in: SignIn, publish: Publish, tmp_path: Path
) -> None:
    """A BOM, line ends of both kinds, spaces and tabs that no browser would write."""
    path, odd = (
        "01-names/odd.md",
        (b"\xef\xbb\xbf---\r\ntitle:  Odd \r\n---\r\n\r\nA *path*  \r\n\tin a tree.\n\nEnd"),
    )
    files = {**{one: text.encode() for one, text in SMALL.items()}, path: odd}
    before, after = tmp_path / "before", tmp_path / "after"
    archive.to_folder(CourseTree.of(files), before)
    publish("small", archive.from_folder(before))
    course = catalogue.find_course("small")
    grant(tomas, course, CourseRole.TRAINER)
    db.session.commit()
    browser = sign_in(tomas)
    typed = odd.decode("utf-8-sig").replace("\r\n", "\n").replace("\n", "\r\n")
    form = {"text": typed.replace("*path*", "road"), "version": "-1"}
    assert browser.post(f"/en/studio/small/files/{path}", data=form).status_code == 303
    assert browser.post("/en/studio/small/publication", data={}).status_code == 303
    archive.to_folder(catalogue.tree_of(catalogue.current_edition(course)), after)
    for one, data in files.items():
        expected = data.replace(b"*path*", b"road") if one == path else data
        assert (after / one).read_bytes() == expected
    assert archive.from_folder(after).paths == archive.from_folder(before).paths


def test_a_translator_works_in_files_of_languages_only(
    course: Course, tomas: User, sign_in: SignIn
) -> None:
    mei = person("Mei")
    grant(mei, course, CourseRole.TRANSLATOR)
    db.session.commit()
    browser, where = sign_in(mei), "/en/studio/small"
    page = browser.get(where).text
    assert "A file for another language" in page
    assert "Add the module" not in page
    assert browser.post(f"{where}/modules", data={"title": "x"}).status_code == 403
    french = {"path": PAGE, "language": "fr"}
    assert browser.post(f"{where}/translations", data=french).status_code == 303
    assert browser.post(f"{where}/publication", data={}).status_code == 403
    trainer = sign_in(tomas)
    page = trainer.get(f"{where}/publication?by={mei.public_id}").text
    assert "The draft of Mei changes 1 file." in page
    assert trainer.post(f"{where}/publication?by={mei.public_id}", data={}).status_code == 303
    assert catalogue.text_of(catalogue.current_edition(course)).languages == ("en", "fr")


def test_the_list_of_my_courses_costs_the_same_with_more_of_them(
    course: Course, trainer: Browser, tomas: User, publish: Publish, count_queries: list[str]
) -> None:
    trainer.get("/en/studio/")
    count_queries.clear()
    trainer.get("/en/studio/")
    once = len(count_queries)
    for slug in ("one", "two"):
        publish(slug, SMALL)
        grant(tomas, catalogue.find_course(slug), CourseRole.OWNER)
    db.session.commit()
    trainer.get("/en/studio/")
    count_queries.clear()
    trainer.get("/en/studio/")
    assert len(count_queries) == once
