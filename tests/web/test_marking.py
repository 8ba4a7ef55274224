"""The trainer's desk: the list of what waits, and the page of one answer."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms import files
from lms.database import db
from lms.domain import catalogue
from lms.domain.learning import attempts
from lms.models import Attempt, Course, CourseRole, Mark, User
from tests.conftest import Browser, Publish, SignIn, person
from tests.marked import (
    ASSIGNMENT,
    FILES,
    PDF,
    TEXT,
    UNDER,
    handed_in,
    in_role,
    published,
    uploaded,
    work,
)

LIST = f"{UNDER}/marking"


@pytest.fixture
def course(publish: Publish) -> Course:
    return published(publish)


@pytest.fixture
def desk(sign_in: SignIn, tomas: User, course: Course) -> Browser:
    """The browser of a trainer of the course."""
    return sign_in(in_role(tomas, course, CourseRole.TRAINER))


@pytest.fixture
def attempt(amina: User, course: Course) -> Attempt:
    """Amina's assignment, handed in."""
    return handed_in(amina, course, "assignment", work("Why <b>we</b> ask for it"))


def page_of(attempt: Attempt, position: int = 0) -> str:
    address = f"{LIST}/{attempt.id}/{position}"
    db.session.rollback()
    return address


MARK = {"points_0": "2", "comment_0": "Clear.", "points_1": "٣", "comment": "Good <i>work</i>"}


def test_what_waits_is_listed_with_names(desk: Browser, attempt: Attempt) -> None:
    page = desk.get(LIST).text

    assert page.count("<bdi>Amina</bdi>") == 2
    assert "2 answers wait for a mark." in page
    assert "Write your comment." in page
    assert "Hand in your slides." in page


@pytest.mark.parametrize("which", ["", "?which=marked"])
def test_the_list_costs_as_many_statements_for_one_as_for_three(
    desk: Browser, course: Course, which: str, count_queries: list[str]
) -> None:
    counts = []
    for names in (["Ana"], ["Bo", "Chi"]):
        for name in names:
            attempt = handed_in(person(name), course, "quiz", {"why": ["It is so"]})
            if which:
                desk.post(page_of(attempt, 1), data={"points_0": "70"})
        desk.get(LIST + which)
        count_queries.clear()
        assert desk.get(LIST + which).text.count('<li class="entry">') == (
            1 if "Ana" in names else 3
        )
        counts.append(len(count_queries))

    assert counts[0] == counts[1] <= 9, counts


def test_an_empty_list_says_so(desk: Browser) -> None:
    assert "Nothing waits for a mark." in desk.get(LIST).text
    assert "Nothing was marked yet." in desk.get(f"{LIST}?which=marked").text


def test_the_list_has_pages(desk: Browser, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.domain.learning.desk.PAGE", 1)
    for name in ("Ana", "Bo", "Chi"):
        handed_in(person(name), course, "quiz", {"why": ["It is so"]})

    middle = desk.get(f"{LIST}?page=2").text

    assert "<bdi>Bo</bdi>" in middle
    assert 'rel="prev"' in middle
    assert 'rel="next"' in middle
    assert "<bdi>Ana</bdi>" in desk.get(f"{LIST}?page=-3").text


def test_what_is_no_longer_in_the_course_is_listed_by_its_name(
    desk: Browser, attempt: Attempt, publish: Publish
) -> None:
    rest = {path: text for path, text in FILES.items() if "assignment" not in path}
    course_md = FILES["course.md"].replace(", assignment reviewed", "")
    publish("writing", {**rest, "course.md": course_md})
    assert "<b>names/assignment</b>" in desk.get(LIST).text
    assert desk.post(page_of(attempt), data=MARK).status_code == 303

    fewer = ASSIGNMENT.replace("{#slides", "{#other")
    publish("writing", {**FILES, "01-names/assignment.md": fewer})
    assert "Hand in your slides." not in desk.get(LIST).text


def test_the_page_shows_the_question_the_rubric_and_the_text(
    desk: Browser, attempt: Attempt
) -> None:
    page = desk.get(page_of(attempt)).text

    assert "<h2>Write your comment.</h2>" in page
    assert "Say who you are." in page
    assert "it is <em>clear</em>" in page
    assert 'dir="auto">Why &lt;b&gt;we&lt;/b&gt; ask for it</div>' in page
    assert "Words: 5" in page
    assert "Words asked for: 3 to 8" in page
    assert "Points, 1 to 5" in page
    assert "secretexplanation" not in page


def test_the_page_of_a_file_leads_to_it(desk: Browser, app: Flask, attempt: Attempt) -> None:
    page = desk.get(page_of(attempt, 1)).text

    assert f'href="/en/attempts/{attempt.id}/files/1" download><bdi>slides.pdf</bdi>' in page
    assert "Not accepted yet" in page


def test_save_and_next_leads_through_everything(desk: Browser, attempt: Attempt) -> None:
    first = desk.post(page_of(attempt), data={**MARK, "next": "1"})
    assert first.location == page_of(attempt, 1)

    last = desk.post(first.location, data={"points_0": "1", "next": "1"})

    assert last.location == f"{LIST}?saved=1"
    assert "The mark is saved." in desk.get(last.location).text
    mark = db.session.scalars(select(Mark).where(Mark.position == 0)).one()
    assert (mark.points, mark.comments) == ([2, 3], ["Clear.", ""])
    assert db.session.scalars(select(Attempt.passed)).one() is True


def test_save_leads_back_to_the_list(desk: Browser, attempt: Attempt) -> None:
    assert desk.post(page_of(attempt), data=MARK).location == f"{LIST}?saved=1"
    assert "<bdi>Amina</bdi>" in desk.get(f"{LIST}?which=marked").text


@pytest.mark.parametrize(
    ("position", "sent", "sentence"),
    [
        (0, {"points_0": "3", "points_1": "2"}, "Give a whole number from 0 to 2."),
        (0, {"points_0": "2", "points_1": "0"}, "Give a whole number from 1 to 5."),
        (0, {"points_0": "x"}, "Give a whole number from 0 to 2."),
        (1, {}, "Give a whole number from 0 to 1."),
    ],
)
def test_a_number_out_of_range_is_said_beside_its_field_and_nothing_is_lost(
    desk: Browser, attempt: Attempt, position: int, sent: dict[str, str], sentence: str
) -> None:
    answer = desk.post(page_of(attempt, position), data={**sent, "comment": "Keep me"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "This needs your attention" in answer.text
    assert "Keep me" in answer.text
    assert db.session.scalars(select(Mark)).all() == []


def test_a_mark_can_be_corrected_and_the_earlier_one_is_shown(
    desk: Browser, attempt: Attempt
) -> None:
    desk.post(page_of(attempt), data=MARK)
    page = desk.get(page_of(attempt)).text
    assert "Correct the mark" in page
    assert 'name="after" type="hidden" value="1"' in page
    assert "Clear." in page

    desk.post(page_of(attempt), data={**MARK, "points_0": "0", "after": "1"})

    page = desk.get(page_of(attempt)).text
    assert page.count("Tomas, ") == 2
    assert "Good &lt;i&gt;work&lt;/i&gt;" in page


def test_of_two_markers_the_second_is_told_and_keeps_what_they_wrote(
    desk: Browser, sign_in: SignIn, ada: User, attempt: Attempt
) -> None:
    other = sign_in(ada)
    desk.post(page_of(attempt), data={**MARK, "after": "0"})

    told = other.post(
        page_of(attempt), data={**MARK, "points_0": "0", "comment": "Mine", "after": "0"}
    )

    assert told.status_code == 409
    assert "Somebody else marked this a moment before you." in told.text
    assert "Mine" in told.text
    assert 'name="after" type="hidden" value="1"' in told.text
    assert [mark.points for mark in db.session.scalars(select(Mark))] == [[2, 3]]
    other.post(page_of(attempt), data={**MARK, "points_0": "0", "after": "1"})
    assert db.session.scalars(select(Mark.points).order_by(Mark.number)).all() == [[2, 3], [0, 3]]


@pytest.mark.parametrize("after", ["x", "", "-1", "9" * 99])
def test_a_hostile_number_of_a_mark_is_none(desk: Browser, attempt: Attempt, after: str) -> None:
    assert desk.post(page_of(attempt), data={**MARK, "after": after}).status_code == 303


def test_the_rubric_is_shown_in_the_readers_language_where_it_is_translated(
    sign_in: SignIn, ada: User, amina: User, publish: Publish
) -> None:
    french = (
        "---\ntitle: Devoir\n---\n\n## ? Écrivez. {#comment}\n\n- ____ 3-8 words\n\n"
        "### Rubric\n\n- Position (0-2): claire\n- Preuves (1-5): avec sources\n"
    )
    course = published(publish, **{"assignment.fr": french})
    attempt = handed_in(amina, course, "assignment", work())

    page = sign_in(ada).get(page_of(attempt).replace("/en/", "/fr/")).text

    assert "Preuves" in page
    assert "Evidence" not in page


# --- who sees what ------------------------------------------------------------------------------


def test_strangers_other_learners_and_trainers_of_other_courses_are_refused(
    sign_in: SignIn,
    visitor: Browser,
    amina: User,
    eve: User,
    tomas: User,
    lin: User,
    attempt: Attempt,
    publish: Publish,
    app: Flask,
) -> None:
    publish("other", {"course.md": "---\ntitle: Other\nlanguage: en\n---\n"})
    in_role(lin, catalogue.find_course("other"), CourseRole.OWNER)
    addresses = [LIST, f"{LIST}?which=marked", page_of(attempt), page_of(attempt, 1)]

    for somebody in (eve, tomas, lin, amina):
        browser = sign_in(somebody)
        for address in addresses:
            assert browser.get(address).status_code == 403, (somebody.name, address)
        assert browser.post(page_of(attempt), data=MARK).status_code == 403
    for somebody in (eve, tomas, lin):
        address = f"/en/attempts/{attempt.id}/files/1"
        assert sign_in(somebody).get(address).status_code == 404, somebody.name
    for address in addresses:
        assert visitor.get(address).location.startswith("/en/sign-in")
    elsewhere = page_of(attempt).replace("/writing/", "/other/")
    assert sign_in(lin).get(elsewhere).status_code == 404
    assert db.session.scalars(select(Mark)).all() == []


def test_a_link_to_the_desk_is_only_for_those_who_mark(
    desk: Browser, sign_in: SignIn, visitor: Browser, ada: User, attempt: Attempt, eve: User
) -> None:
    link = f'href="{LIST}"'
    for browser in (desk, sign_in(ada)):
        assert link in browser.get("/en/my-learning").text
        assert "2 answers wait for a mark." in browser.get("/en/my-learning").text
        assert link in browser.get(f"{UNDER}/").text
    for browser in (visitor, sign_in(eve)):
        assert link not in browser.get(f"{UNDER}/").text
    assert link not in sign_in(eve).get("/en/my-learning").text


def test_the_course_page_says_when_nothing_waits(desk: Browser) -> None:
    assert "Nothing waits for a mark" in desk.get(f"{UNDER}/").text
    assert LIST not in desk.get("/en/my-learning").text


# --- what the learner sees ----------------------------------------------------------------------


def test_the_result_waits_and_shows_what_was_handed_in(
    sign_in: SignIn, amina: User, attempt: Attempt
) -> None:
    browser = sign_in(amina)
    page = browser.get(f"/en/attempts/{attempt.id}/result").text

    assert "It waits for a trainer." in page
    assert page.count("Waits for a trainer") == 2
    assert "Why &lt;b&gt;we&lt;/b&gt; ask for it" in page
    assert "slides.pdf" in page
    assert "secretexplanation" not in page
    assert "Marked so far" not in page
    assert "waits for a trainer." in browser.get("/en/my-learning").text
    start = browser.get(f"{UNDER}/names/assignment").text
    assert "Attempt 1: waits for a trainer" in start
    assert "/names/assignment/attempts" not in start
    assert "Waits for a trainer" in browser.get(f"{UNDER}/").text


@pytest.mark.parametrize(("show", "known"), [("score", True), ("nothing", False)])
def test_what_is_known_already_is_told_as_show_allows(
    sign_in: SignIn, amina: User, publish: Publish, show: str, known: bool
) -> None:
    quiz = FILES["01-names/quiz.md"].replace("pass: 50", f"pass: 50\nshow: {show}")
    attempt = handed_in(
        amina, published(publish, quiz=quiz), "quiz", {"path": [0], "why": ["It is so"]}
    )

    page = sign_in(amina).get(f"/en/attempts/{attempt.id}/result").text

    assert ("Marked so far: 1 of 1 points." in page) is known


@pytest.mark.parametrize("show", ["nothing", "score", "score, then answers after passing"])
def test_marks_rubric_and_comments_are_shown_whatever_show_says(
    desk: Browser, sign_in: SignIn, amina: User, publish: Publish, show: str
) -> None:
    text = ASSIGNMENT.replace("pass: 60", f"pass: 100\nshow: {show}")
    attempt = handed_in(amina, published(publish, assignment=text), "assignment", work())
    desk.post(page_of(attempt), data=MARK)
    desk.post(page_of(attempt, 1), data={"points_0": "0", "comment_0": "Not yet"})

    page = sign_in(amina).get(f"/en/attempts/{attempt.id}/result").text

    assert "<bdi>Evidence</bdi>: 3 of 5" in page
    assert "Clear." in page
    assert "Good &lt;i&gt;work&lt;/i&gt;" in page
    assert "Not yet" in page
    assert ": Not accepted yet</b>" in page
    assert "secretexplanation" not in page
    assert ("40%" in page) is (show != "nothing")


def test_after_passing_the_explanation_is_shown(
    desk: Browser, sign_in: SignIn, amina: User, attempt: Attempt
) -> None:
    desk.post(page_of(attempt), data=MARK)
    desk.post(page_of(attempt, 1), data={"points_0": "1"})

    page = sign_in(amina).get(f"/en/attempts/{attempt.id}/result").text

    assert "Passed on" in page
    assert "secretexplanation" in page
    assert "4 of 6 points" in page
    assert ": Accepted</b>" in page
    assert re.search("Marked on .*: 66%</b>", page)


def test_a_visitor_reads_the_task_and_its_rubric_but_no_explanation(
    visitor: Browser, course: Course
) -> None:
    page = visitor.get(f"{UNDER}/names/assignment").text

    assert "Read before you write." in page
    assert "<li><b>Evidence</b> (1–5): with sources</li>" in page
    assert "Marked by a trainer" in page
    assert "secret" not in page
    assert not re.search("<(textarea|input)", page[page.index("<main") :])


def test_no_page_before_grading_holds_an_explanation(
    sign_in: SignIn, amina: User, course: Course
) -> None:
    browser = sign_in(amina)
    for name in ("assignment", "quiz"):
        attempt = attempts.start_attempt(amina, course, f"names/{name}")
        db.session.commit()
        for language in ("en", "ar"):
            page = browser.get(f"/{language}/attempts/{attempt.id}").text
            assert "secret" not in page
            assert "secret" not in browser.get(f"/{language}/courses/writing/names/{name}").text


def test_a_trainer_downloads_what_was_handed_in_but_not_before(
    desk: Browser, amina: User, course: Course
) -> None:
    file = {**uploaded(), "digest": files.put(PDF)}
    attempt = attempts.start_attempt(amina, course, "names/assignment")
    attempts.save_answers(amina, attempt, counter=1, responses={0: [TEXT], 1: [file]})
    db.session.commit()
    address = f"/en/attempts/{attempt.id}/files/1"
    assert desk.get(address).status_code == 404

    attempts.submit_attempt(amina, attempt, counter=2, responses={})
    db.session.commit()

    assert desk.get(address).data == PDF
    assert desk.get(address.replace("/1", "/0")).status_code == 404
    assert desk.get(address.replace("/files/1", "/files/9")).status_code == 404
    assert desk.get("/en/attempts/999/files/1").status_code == 404
