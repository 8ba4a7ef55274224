"""How the questions of a course fare: how many answered, the share right, what misled them."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.database import begin_writing, db
from lms.domain.learning import attempts, papers, shares
from lms.models import Course, CourseRole, User
from tests.conftest import SMALL, Browser, Publish, SignIn, person
from tests.marked import FILES, handed_in, in_role

PAGE = "/en/studio/small/questions"
QUIZ = """---
title: All kinds
pass: 50
---

## ? One {#one}

- (x) *right*
- ( ) wrong

## ? Many {#many}

- [x] a
- [x] b
- [ ] c

## ? Is it so {#so}

- true

## ? Word {#word}

- = SOA

## ? Match {#match}

- A => address
- MX => mail
- => nothing

## ? Order {#order}

1. first
2. second
3. third

## ? Cloze {#cloze}

The [[NS]] and the [[(DS) | MX]].

## ? Essay {#essay}

- ____
"""
SURVEY = """---
title: Survey
kind: survey
---

## ? Well? {#well}

- ( ) good
- ( ) bad

## ? Why? {#why}

- ____
"""
COURSE = {
    **SMALL,
    "01-names/quiz.md": QUIZ,
    "01-names/survey.md": SURVEY,
    "02-end/module.md": "---\ntitle: End\n---\n",
    "02-end/exam.md": (
        "---\ntitle: Exam\nfrom: names/quiz 1, this file all\n---\n\n## ? Own {#own}\n\n- false\n"
    ),
}
RIGHT: dict[str, list[Any]] = {
    "one": [0],
    "many": [0, 1],
    "so": [0],
    "word": ["soa"],
    "match": [0, 1],
    "order": [0, 1, 2],
    "cloze": ["ns", 0],
    "essay": ["Because."],
}
WRONG: dict[str, list[Any]] = {
    "one": [1],
    "many": [0, 2],
    "so": [1],
    "word": ["MX."],
    "match": [2, None],
    "order": [0, 2, 1],
    "cloze": ["cname", 1],
}


@pytest.fixture
def course(publish: Publish) -> Course:
    publish("small", COURSE)
    return db.session.scalars(select(Course)).one()


@pytest.fixture
def browser(course: Course, sign_in: SignIn, tomas: User) -> Browser:
    return sign_in(in_role(tomas, course, CourseRole.TRAINER))


def rows(page: str) -> list[list[str]]:
    """The cells of the table, without their marks."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in body.split("</tr>")[:-1]
    ]


def test_it_tells_share_and_most_common_mistake_of_every_kind(
    browser: Browser, course: Course, count_queries: list[str]
) -> None:
    people = [person(f"Learner{n}") for n in range(4)]
    handed_in(people[0], course, "quiz", RIGHT)
    for one in people[1:]:
        handed_in(one, course, "quiz", WRONG)
    count_queries.clear()
    page = browser.get(PAGE).text
    assert len(count_queries) <= 10

    assert [[" ".join(cell.split()) for cell in row] for row in rows(page)] == [
        ["1", "One", "4", "25%", "wrong (3×)"],
        ["2", "Many", "4", "25%", "c (3×)"],
        ["3", "Is it so", "4", "25%", "False (3×)"],
        ["4", "Word", "4", "25%", "MX (3×)"],
        ["5", "Match", "4", "25%", "A: nothing (3×)"],
        ["6", "Order", "4", "75%", "second: place 3 (3×)"],
        ["7", "Cloze", "4", "25%", "Blank 1: cname (3×)"],
        ["8", "Essay", "1", "–", "–"],
    ]
    assert 'aria-label="Share of the points, question by question"' in page


def test_what_few_typed_is_not_told(
    browser: Browser, course: Course, amina: User, lin: User
) -> None:
    for one in (amina, lin):
        handed_in(one, course, "quiz", {"word": ["my own name"]})
    assert rows(browser.get(PAGE).text)[3][2:] == ["2", "0%", "–"]


def test_an_answer_counts_as_long_as_the_question_is_the_same(
    browser: Browser, course: Course, amina: User, publish: Publish
) -> None:
    handed_in(amina, course, "quiz", {"one": [1], "so": [1]})
    begin_writing()
    renamed = {k: v for k, v in COURSE.items() if k not in {"01-names/quiz.md", "02-end/exam.md"}}
    text = QUIZ.replace("title: All kinds", "title: Kinds\nwas: quiz")
    text = text.replace("- ( ) wrong", "- ( ) another").replace("> no", "> never")
    publish("small", {**renamed, "01-names/quiz-of-kinds.md": text})
    told = rows(browser.get(f"{PAGE}?lesson=names/quiz-of-kinds").text)
    assert told[0][2:] == ["0", "–", "–"]
    assert told[2][2:] == ["1", "0%", "False (1×)"]


def test_an_exam_shows_what_it_draws_and_a_survey_its_options(
    browser: Browser, course: Course, amina: User
) -> None:
    attempt = attempts.start_attempt(amina, course, "end/exam")
    own = next(q.position for q in papers.paper_of(attempt) if q.text.id == "own")
    attempts.submit_attempt(amina, attempt, counter=1, responses={own: [1]})
    handed_in(amina, course, "survey", {"well": [1], "why": ["Long."]})
    told = rows(browser.get(f"{PAGE}?lesson=end/exam").text)
    assert [row[1] for row in told][-1] == "Own"
    assert told[-1][2:] == ["1", "100%", "–"]
    assert len(told) == 9
    page = browser.get(f"{PAGE}?lesson=names/survey").text
    assert rows(page) == [["good", "0"], ["bad", "1"]]
    assert "Long." not in page
    assert browser.get(f"{PAGE}?lesson=nothing").status_code == 404


def test_a_course_that_asks_nothing_says_so(
    publish: Publish, sign_in: SignIn, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("small", {k: v for k, v in SMALL.items() if not k.endswith("quiz.md")})
    assert "asks no questions that are kept" in sign_in(ada).get(PAGE).text
    publish("writing", FILES)
    monkeypatch.setattr(shares, "NEWEST", 1)
    assert "newest 1 attempt" in sign_in(ada).get("/en/studio/writing/questions").text
