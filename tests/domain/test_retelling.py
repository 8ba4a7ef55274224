"""An attempt told to its learner: every type of question in words, and no key before its time."""

from typing import Any

import pytest

from lms.content.archive import from_folder
from lms.domain import catalogue
from lms.domain.learning import attempts, papers, retelling
from lms.models import Attempt, Course, User
from tests.conftest import DATA, SMALL, Publish
from tests.web.test_question_types import RIGHT

SURVEY = (
    "---\ntitle: Survey\nkind: survey\n---\n\n"
    "## ? Was it long? {#long}\n\n- ( ) yes\n- ( ) no\n\n## ? And? {#and}\n\n- ____ 1-9 words\n"
)


@pytest.fixture
def types(publish: Publish) -> Course:
    """A course with one question of each type."""
    publish("question-types", from_folder(DATA / "courses" / "question-types"))
    return catalogue.find_course("question-types")


def answered(me: User, course: Course, lesson: str, given: dict[str, Any]) -> Attempt:
    """Handed in, with these answers by question id."""
    attempt = attempts.start_attempt(me, course, lesson)
    responses = {
        question.position: list(given[question.text.id])
        for question in papers.paper_of(attempt)
        if question.text.id in given
    }
    attempts.submit_attempt(me, attempt, counter=1, responses=responses)
    return attempt


def told(attempt: Attempt) -> dict[str, dict[str, Any]]:
    """The questions by id, as they are told."""
    questions = retelling.retell(attempt, "en")["questions"]
    names = [question.text.id for question in papers.paper_of(attempt)]
    return dict(zip(names, questions, strict=True))


def test_every_type_is_told_in_words(amina: User, types: Course) -> None:
    attempt = answered(amina, types, "every-type/quiz", dict(RIGHT))
    shown = {question.text.id: question.order for question in papers.paper_of(attempt)}
    questions = told(attempt)
    answers = {name: question["answer"] for name, question in questions.items()}
    assert [row["chosen"] for row in answers["one"]].count(True) == 1
    assert [row["chosen"] for row in answers["many"]].count(True) == 2
    assert (answers["so"], answers["text"], answers["number"]) == (False, "soa.", "٣٦٠٠")
    pairs, steps, gaps = (answers[name] for name in ("pairs", "steps", "gaps"))
    assert all(row["item"] and row["answer"] for row in pairs)
    assert [row["place"] for row in steps] == [source + 1 for source in shown["steps"]]
    assert shown["steps"] != (0, 1, 2, 3)
    assert [row["blank"] for row in gaps] == [1, 2, 3, 4, 5]
    assert (gaps[0]["answer"], gaps[2]["answer"]) == ("ns", "4035")
    assert isinstance(gaps[1]["answer"], str)
    assert "[1]" in questions["gaps"]["text"]
    assert "\ue000" not in str(questions)


def test_what_was_left_open_is_told_as_open(amina: User, types: Course) -> None:
    given = {"pairs": [None, 1, None, 3], "steps": [None, 0, None, None]}
    questions = told(answered(amina, types, "every-type/quiz", given))
    answers = {name: question["answer"] for name, question in questions.items()}
    assert [row["answer"] is None for row in answers["pairs"]] == [True, False, True, False]
    assert [row["place"] for row in answers["steps"]].count(None) == 3
    assert (answers["so"], answers["text"], answers["gaps"]) == (None, None, [])
    assert {row["chosen"] for row in answers["many"]} == {False}


def test_a_survey_has_nothing_to_hide(amina: User, publish: Publish) -> None:
    publish("small", {**SMALL, "01-names/survey.md": SURVEY})
    course = catalogue.find_course("small")
    attempt = answered(amina, course, "names/survey", {"long": [0], "and": ["Very good"]})
    questions = told(attempt)
    assert questions["and"]["answer"] == "Very good"
    assert "share of the points" in questions["and"]


@pytest.mark.parametrize(
    ("show", "score", "share"),
    [
        ("nothing", None, False),
        ("score, then answers after the last attempt", 100, False),
        ("score, then answers after passing", 100, True),
    ],
)
def test_what_the_page_hides_is_hidden_here(
    amina: User, publish: Publish, show: str, score: int | None, share: bool
) -> None:
    quiz = SMALL["01-names/quiz.md"].replace("pass: 50\n", f"pass: 50\nshow: {show}\n")
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    right = {"runs": [0], "which": [0, 1], "letters": ["63"], "soa": ["SOA"]}
    attempt = answered(amina, catalogue.find_course("small"), "names/quiz", right)
    said = retelling.retell(attempt, "en")
    assert (said["passed"], said["score in percent"]) == (True, score)
    assert ("share of the points" in said["questions"][0]) == share
