"""Practice questions: answered on the page, for everybody; nothing stored, nothing told beforehand."""

import re
from collections.abc import Callable
from html import unescape
from itertools import permutations

import pytest
from sqlalchemy import func, select

from lms.content.questions import QuestionText
from lms.database import db
from lms.domain import catalogue
from lms.models import Answer, Completion, Course, Event, User
from lms.web.rendering import practice_blanks, practice_order
from tests.conftest import SMALL, Browser, Publish

PAGE = "01-names/01-what-is-a-name.md"
LESSON = "/en/courses/small/names/what-is-a-name"
EVERY_KIND = {
    **SMALL,
    "01-names/world/net.txt": "$ORIGIN example.\n",
    PAGE: """---
title: Every kind
---

Read.

## ? One of these? {#one}

- (x) org >> ORG-SAID
- ( ) www >> WWW-SAID
- ( ) ngo.example

> ? FIRST-HINT

> ? SECOND-HINT

> ONE-WHY

## ? Which of these? {#many}

- [x] org >> ORG-TICKED
- [x] ngo
- [ ] www >> WWW-TICKED

> MANY-WHY

## ? Is it so? {#so}

- false >> SO-SAID

> SO-WHY

## ? Which record? {#record}

- = SOA-TYPED

## ? How many letters? {#letters}

- = 63..64

> LETTERS-WHY

## ? Which belongs to which? {#pairs}

- A => IPv4 address
- MX => mail server
- => DISTRACTOR

## ? In which order? {#steps}

1. ask the resolver
2. ask the root
3. ask the registry

## ? Fill in. {#gaps}

The servers are in [[NS-GAP]] records, the key in a [[(DS-GAP) | KEY]] record.

## ? What do you think? {#essay}

- ____
""",
}
SECRETS = (
    *(
        "ORG-SAID",
        "WWW-SAID",
        "ONE-WHY",
        "ORG-TICKED",
        "WWW-TICKED",
        "MANY-WHY",
        "SO-WHY",
        "SO-SAID",
    ),
    *("SOA-TYPED", "LETTERS-WHY", "63", "NS-GAP"),
)


@pytest.fixture
def every_kind(publish: Publish) -> Course:
    """A lesson with a question of every kind."""
    publish("small", EVERY_KIND)
    return catalogue.find_course("small")


def question(course: Course, name: str) -> tuple[QuestionText, list[int]]:
    """A practice question and the order it is shown in."""
    edition = catalogue.current_edition(course)
    lesson = catalogue.lesson_text(edition, "names/what-is-a-name")
    found = next(one for one in lesson.questions if one.id == name)
    return found, practice_order(edition, found)


def answer(browser: Browser, name: str, **form: object) -> str:
    """The page after this answer."""
    response = browser.post(f"{LESSON}/practice/{name}", data=form)
    assert response.status_code == 200
    return response.text


def test_no_answer_is_in_the_page_before_one_was_sent(visitor: Browser, every_kind: Course) -> None:
    page = re.sub(r"\.[0-9a-f]{12}\.", ".", visitor.get(LESSON).text)  # digits of a file's name
    assert not [secret for secret in SECRETS if secret in page]
    assert page.count('<form class="practice"') == 8


def test_no_key_of_the_example_is_in_any_page(visitor: Browser, example: Course) -> None:
    """Feedback, explanations and accepted answers of every question, in every page of the course."""
    text = catalogue.text_of(catalogue.current_edition(example))
    pages = "".join(
        visitor.get(f"/{language}/courses/dns-essentials/{lesson.slug}").text
        for language in ("en", "ar")
        for lesson in text.lessons
    )
    words = unescape(re.sub(r"<[^>]+>", "", pages))
    for lesson in text.lessons:
        for one in lesson.questions:
            for said in one.words.values():
                told = [said.explanation, *(option.feedback for option in said.options)]
                assert not [line for line in told if line and line.replace("`", "") in words]
            assert not one.lab or one.lab.blocks.get("solution", "@@") not in pages


def test_the_order_shown_is_not_that_of_the_file_and_stays(app: object, every_kind: Course) -> None:
    orders = {name: question(every_kind, name)[1] for name in ("one", "many", "pairs", "steps")}
    assert all(sorted(order) == [0, 1, 2] for order in orders.values())
    assert orders == {name: question(every_kind, name)[1] for name in orders}
    assert len({tuple(order) for order in orders.values()}) > 1
    assert question(every_kind, "so")[1] == [0, 1]


def test_the_order_depends_on_the_secret(visitor: Browser, every_kind: Course) -> None:
    def orders() -> list[list[int]]:
        return [question(every_kind, name)[1] for name in ("one", "many", "pairs", "steps")]

    before = orders()
    visitor.application.config["SECRET_KEY"] = "another secret that nobody knows"
    assert orders() != before


def test_options_are_named_by_the_position_shown(visitor: Browser, every_kind: Course) -> None:
    found, order = question(every_kind, "one")
    page = visitor.get(LESSON).text
    labels = re.findall(r'name="q1" id="q1-(\d)" value="(\d)"><label for="q1-\d">([^<]*)<', page)
    texts = [option.text for option in found.words["en"].options]
    assert labels == [(str(at), str(at), texts[source]) for at, source in enumerate(order)]


def test_a_right_answer_is_told_with_its_feedback_and_why(
    visitor: Browser, every_kind: Course
) -> None:
    _found, order = question(every_kind, "one")
    page = answer(visitor, "one", q1=order.index(0))
    assert '<div class="box good stack">' in page
    assert "ORG-SAID" in page
    assert "ONE-WHY" in page
    assert "WWW-SAID" not in page
    assert f'value="{order.index(0)}" checked' in page
    assert "Check again" in page


def test_a_wrong_answer_is_told_with_its_feedback_and_why(
    visitor: Browser, every_kind: Course
) -> None:
    _found, order = question(every_kind, "one")
    page = answer(visitor, "one", q1=order.index(1))
    assert "Not quite</b>" in page
    assert "WWW-SAID" in page
    assert "ORG-SAID" not in page
    assert "ONE-WHY" in page


def test_true_and_false_have_feedback_for_who_chose_it(
    visitor: Browser, every_kind: Course
) -> None:
    assert "<p>SO-SAID</p>" in answer(visitor, "so", q3="1")
    assert "SO-SAID" not in answer(visitor, "so", q3="0")


def test_several_ticks_may_be_partly_right(visitor: Browser, every_kind: Course) -> None:
    _found, order = question(every_kind, "many")
    page = answer(visitor, "many", q2=[order.index(0)])
    assert "Partly right</b>" in page
    page = answer(visitor, "many", q2=[order.index(0), order.index(1)])
    assert "Right</b>" in page
    assert "<b>org</b>: ORG-TICKED" in page
    page = answer(visitor, "many", q2=[order.index(0), order.index(2)])
    assert "Not quite</b>" in page


@pytest.mark.parametrize(
    ("name", "form", "verdict"),
    [
        ("so", {"q3": "1"}, "Right"),
        ("so", {"q3": "0"}, "Not quite"),
        ("record", {"q4": " soa-typed. "}, "Right"),
        ("record", {"q4": "NS"}, "Not quite"),
        ("letters", {"q5": "٦٣"}, "Right"),
        ("letters", {"q5": "sixty"}, "Not quite"),
        ("one", {}, "No answer yet"),
        ("record", {"q4": "   "}, "No answer yet"),
        ("one", {"q1": "99"}, "No answer yet"),
        ("one", {"q1": "-1"}, "No answer yet"),
        ("one", {"q1": "٠"}, "No answer yet"),
        ("one", {"q1": "0" * 4000}, "No answer yet"),
        ("many", {"q2": ["x", "", "1e3"]}, "No answer yet"),
        ("pairs", {"q6-0": "7", "q6-9": "0"}, "No answer yet"),
        ("steps", {"q7-0": "<script>"}, "No answer yet"),
    ],
)
def test_answers_are_marked_and_nonsense_is_no_answer(
    visitor: Browser, every_kind: Course, name: str, form: dict[str, str], verdict: str
) -> None:
    page = answer(visitor, name, **form)
    assert re.findall(r"</svg>([^<]+)</b>", page) == [verdict]


def test_typed_text_comes_back_as_text(visitor: Browser, every_kind: Course) -> None:
    page = answer(visitor, "record", q4='"><script>alert(1)</script>')
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "<script>alert" not in page


def test_pairs_are_matched_by_choosing(visitor: Browser, every_kind: Course) -> None:
    _found, order = question(every_kind, "pairs")
    right = {f"q6-{item}": order.index(item) for item in (0, 1)}
    page = answer(visitor, "pairs", **right)
    assert "Right</b>" in page
    assert page.count(" selected") == 2
    page = answer(visitor, "pairs", **{**right, "q6-1": order.index(2)})
    assert "Partly right</b>" in page
    page = answer(visitor, "pairs", **{"q6-0": order.index(2)})
    assert "Not quite</b>" in page


def test_steps_are_put_in_order_by_choosing_places(visitor: Browser, every_kind: Course) -> None:
    _found, order = question(every_kind, "steps")
    page = answer(visitor, "steps", **{f"q7-{row}": step for row, step in enumerate(order)})
    assert "Right</b>" in page
    swapped = {0: 1, 1: 0, 2: 2}
    page = answer(visitor, "steps", **{f"q7-{row}": swapped[s] for row, s in enumerate(order)})
    assert "Partly right</b>" in page
    assert page.count(" selected") == 3
    page = answer(visitor, "steps", **{"q7-0": "0", "q7-1": "0", "q7-2": "0"})
    assert "Not quite</b>" in page


def test_blanks_are_filled_by_typing_and_choosing(visitor: Browser, every_kind: Course) -> None:
    found, _order = question(every_kind, "gaps")
    (_typed, choices) = practice_blanks(catalogue.current_edition(every_kind), found)
    right = {"q8-0": " ns-gap.", "q8-1": choices.index(0)}

    page = answer(visitor, "gaps", **right)
    assert "Right</b>" in page
    assert 'value="ns-gap."' in page
    assert f'<option value="{choices.index(0)}" selected>DS-GAP<' in page

    page = answer(visitor, "gaps", **{**right, "q8-0": "MX"})
    assert "Partly right</b>" in page
    assert re.findall(r"<li><b>(Blank \d)</b>: <bdi>([^<]*)</bdi> – <span>([^<]*)<", page) == [
        ("Blank 1", "MX", "not right"),
        ("Blank 2", "DS-GAP", "right"),
    ]
    assert "NS-GAP" not in page
    assert "No answer</span>" in answer(visitor, "gaps", **{"q8-1": choices.index(1)})


def test_pairs_and_steps_are_told_row_by_row_with_their_feedback(
    visitor: Browser, publish: Publish
) -> None:
    page_text = (
        "---\ntitle: Rows\n---\n\n## ? Pairs? {#pairs}\n\n- A => address >> A-SAID\n- MX => mail\n\n"
        "## ? Steps? {#steps}\n\n1. first >> FIRST-SAID\n2. second\n3. third\n"
    )
    publish("small", {**SMALL, PAGE: page_text})
    course = catalogue.find_course("small")
    _found, pairs = question(course, "pairs")
    _found, steps = question(course, "steps")
    assert "-SAID" not in visitor.get(LESSON).text

    page = answer(visitor, "pairs", **{"q1-1": pairs.index(0)})
    assert "<b>A</b>: <span>No answer</span>" in page
    assert "<b>MX</b>: <bdi>address</bdi> – <span>not right</span>" in page
    assert "<b>MX</b>: A-SAID" in page

    places = {f"q2-{steps.index(step)}": place for step, place in enumerate((0, 2, 1))}
    page = answer(visitor, "steps", **places)
    assert "<b>first</b>: <bdi>place 1</bdi> – <span>right</span>" in page
    assert "<b>second</b>: <bdi>place 3</bdi> – <span>not right</span>" in page
    assert "<b>first</b>: FIRST-SAID" in page


def test_steps_are_never_shown_as_they_belong_unless_they_are_two(
    app: object, publish: Publish
) -> None:
    """Of 90 questions some would be shown so by chance."""
    asked = [f"## ? Q{n}? {{#q{n}}}\n\n1. a\n2. b\n3. c\n" for n in range(60)]
    asked += [f"## ? Q{n}? {{#q{n}}}\n\n1. a\n2. b\n" for n in range(60, 90)]
    publish("small", {**SMALL, PAGE: "---\ntitle: Steps\n---\n\n" + "\n".join(asked)})
    course = catalogue.find_course("small")

    orders = [tuple(question(course, f"q{n}")[1]) for n in range(90)]

    assert set(orders[:60]) == {*permutations((0, 1, 2))} - {(0, 1, 2)}
    assert set(orders[60:]) == {(0, 1), (1, 0)}


def test_choices_of_a_blank_are_shuffled(app: object, publish: Publish) -> None:
    asked = [f"## ? Q{n}? {{#q{n}}}\n\nIt is [[(a) | b | c]] or [[d]].\n" for n in range(40)]
    publish("small", {**SMALL, PAGE: "---\ntitle: Blanks\n---\n\n" + "\n".join(asked)})
    course = catalogue.find_course("small")
    edition = catalogue.current_edition(course)

    orders = [practice_blanks(edition, question(course, f"q{n}")[0]) for n in range(40)]

    assert {tuple(order[0]) for order in orders} == {*permutations((0, 1, 2))}
    assert {tuple(order[1]) for order in orders} == {()}


@pytest.mark.parametrize(
    ("lesson", "name", "told"),
    [
        ("mail-identity/lab-publish-dmarc", "mail-lab", "v=DMARC1; p=quarantine"),
        ("mail-identity/walk", "chain", "wrong DS for ngo.example"),
    ],
)
def test_the_solution_of_a_lab_is_shown_when_asked_for(
    visitor: Browser, example: Course, lesson: str, name: str, told: str
) -> None:
    address = f"/en/courses/dns-essentials/{lesson}"
    assert told not in unescape(visitor.get(address).text)
    assert told in unescape(visitor.post(f"{address}/practice/{name}").text)


def test_hints_are_given_one_by_one(visitor: Browser, every_kind: Course) -> None:
    page = visitor.get(LESSON).text
    first, second = page.index("FIRST-HINT"), page.index("SECOND-HINT")
    assert first < page.index("Another hint") < second
    assert page[:first].count('<details class="hint">') == 1


def test_nothing_is_stored(
    visitor: Browser, sign_in: Callable[[User], Browser], amina: User, every_kind: Course
) -> None:
    learner = sign_in(amina)
    db.session.rollback()
    before = db.session.scalar(select(func.count(Event.id)))
    for browser in (visitor, learner):
        response = browser.post(f"{LESSON}/practice/so", data={"q3": "1"})
        assert response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in response.headers
    db.session.rollback()
    assert db.session.scalar(select(func.count(Event.id))) == before
    for model in (Answer, Completion):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_a_learner_keeps_the_done_button_after_practising(
    sign_in: Callable[[User], Browser], amina: User, every_kind: Course
) -> None:
    page = answer(sign_in(amina), "so", q3="1")
    assert "Done, next" in page


@pytest.mark.parametrize(
    "address",
    [
        "/en/courses/small/names/what-is-a-name/practice/nothing",
        "/en/courses/small/names/nothing/practice/one",
        "/en/courses/nothing/names/what-is-a-name/practice/one",
        "/en/courses/small/names/quiz/practice/soa",
    ],
    ids=["question", "lesson", "course", "quiz"],
)
def test_only_questions_of_lessons_can_be_practised(
    visitor: Browser, every_kind: Course, address: str
) -> None:
    """A quiz that could be practised would tell its answers."""
    response = visitor.post(address, data={"q1": "0"})
    assert response.status_code == 404
    assert "SOA-TYPED" not in response.text


def test_another_site_cannot_answer(visitor: Browser, every_kind: Course) -> None:
    response = visitor.post(f"{LESSON}/practice/one", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_a_question_is_answered_in_the_language_of_the_page(
    visitor: Browser, publish: Publish
) -> None:
    arabic = "---\ntitle: الاسم\n---\n\n## ؟ هل الاسم مسار؟ {#path}\n\n- true\n\n> نعم.\n"
    course = SMALL["course.md"].replace("language: en", "language: en\ntranslations: ar")
    publish(
        "small",
        {
            **SMALL,
            "course.md": course,
            "course.ar.md": "---\ntitle: الأسماء\n---\n",
            PAGE.replace(".md", ".ar.md"): arabic,
        },
    )
    response = visitor.post(f"{LESSON.replace('/en/', '/ar/')}/practice/path", data={"q1": "0"})
    assert "<p>نعم.</p>" in response.text
