"""Every type of question that a machine marks, in an attempt: asked, saved, handed in, and explained."""

import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from lms.content.archive import from_folder
from lms.content.questions import QuestionKind
from lms.database import db
from lms.domain import catalogue
from lms.domain.learning import drawing, papers
from lms.domain.learning.papers import PaperQuestion
from lms.models import Answer, Attempt, Completion, Course, User
from tests.conftest import DATA, SMALL, Browser, Publish, SignIn

COURSE = "/en/courses/question-types/every-type"
RIGHT: Mapping[str, Sequence[object]] = {
    "one": [0],
    "many": [0, 1],
    "so": [1],
    "text": ["soa."],
    "number": ["٣٦٠٠"],
    "pairs": [0, 1, 2, 3],
    "steps": [0, 1, 2, 3],
    "gaps": ["ns", 1, "4035", "MX", 0],
    "rdap": [0],
    "whois": [1],
}
"""As it is stored: positions in the order of the file."""


@pytest.fixture
def types(publish: Publish) -> Course:
    """A course with one question of each type."""
    publish("question-types", from_folder(DATA / "courses" / "question-types"))
    return catalogue.find_course("question-types")


@pytest.fixture
def browser(sign_in: SignIn, amina: User, types: Course) -> Browser:
    """Amina's browser, with that course there."""
    return sign_in(amina)


def started(browser: Browser, lesson: str = "quiz") -> str:
    """The address of a new attempt."""
    return str(browser.post(f"{COURSE}/{lesson}/attempts").location)


def paper() -> dict[str, PaperQuestion]:
    """The newest attempt's questions by id."""
    attempt = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    assert attempt is not None
    return {question.text.id: question for question in papers.paper_of(attempt)}


def form(answers: Mapping[str, Sequence[object]], **more: object) -> dict[str, object]:
    """What a browser would send to give these answers."""
    sent: dict[str, object] = {"counter": 1, **more}
    for name, question in paper().items():
        given = answers.get(name, [])
        at = f"q{question.position}"
        if question.text.kind is QuestionKind.ORDER:
            sent |= {f"{at}-{question.order.index(s)}": place for s, place in enumerate(given)}
        elif question.text.kind is QuestionKind.MATCH:
            sent |= {
                f"{at}-{row}": question.order.index(int(str(source)))
                for row, source in enumerate(given)
                if source is not None
            }
        elif question.text.kind is QuestionKind.CLOZE:
            for row, filled in enumerate(given):
                order = question.blanks[row]
                sent[f"{at}-{row}"] = order.index(int(str(filled))) if order else filled
        elif given and isinstance(given[0], int):
            sent[at] = [str(question.order.index(int(str(source)))) for source in given]
        else:
            sent[at] = given
    db.session.rollback()
    return sent


def handed_in(browser: Browser, answers: Mapping[str, Sequence[object]]) -> str:
    """The result page."""
    address = started(browser)
    data = form(answers, submit="1")
    return str(browser.post(address, data=data, follow_redirects=True).text)


def words(html: str) -> str:
    """What one reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_all_types_answered_well_earn_everything(browser: Browser) -> None:
    assert "100%" in handed_in(browser, RIGHT)


def test_rows_earn_their_share(browser: Browser) -> None:
    handed_in(
        browser,
        {
            "pairs": [0, 1, 2, 4],
            "steps": [1, 0, 2, 3],
            "gaps": ["NS", 0, "4034", "", 1],
        },
    )

    shares = {a.kind: a.share for a in db.session.scalars(select(Answer))}
    assert shares == {"match": 0.75, "order": pytest.approx(5 / 6), "cloze": 0.4}


def test_the_result_says_of_each_row_what_was_given_and_what_is_right(browser: Browser) -> None:
    wrong: dict[str, Sequence[object]] = {
        "pairs": [4, 1, 2, 3],
        "steps": [1, 0, 2, 3],
        "gaps": ["MX", 0, "4035", "", 0],
    }
    result = words(handed_in(browser, {**RIGHT, **wrong}))

    for told in (
        "Your answer, not right A : the postal address of the registrant Right: IPv4 address",
        "IPv4 address of a host No record holds that.",
        "Your answer, right False It stands alone.",
        "Your answer, right MX : where mail for the domain goes",
        "Every type has one job.",
        "Your answer, not right The phone asks its resolver : place 2 Right: place 1",
        "Right: place 1 Everything begins with a question.",
        "Your answer, right The phone gets the address : place 4",
        "From the root downwards.",
        "listed in its 1 records",
        "Your answer, not right Blank 1 : MX Right: NS",
        "Your answer, not right Blank 2 : MX Right: DS",
        "Your answer, right Blank 3 : 4035",
        "Blank 4 : No answer Right: MX",
        "Your answer, right Blank 5 : CNAME",
        "DS means delegation signer.",
    ):
        assert told in result, told


def test_the_result_of_an_attempt_without_answers_can_be_read(
    browser: Browser, publish: Publish
) -> None:
    files = from_folder(DATA / "courses" / "question-types")
    quiz = files["01-every-type/quiz.md"].replace(
        b"pass: 60", b"attempts: 1\nshow: score, then answers after the last attempt"
    )
    publish("question-types", files.with_file("01-every-type/quiz.md", quiz))

    result = words(handed_in(browser, {}))

    assert "0%" in result
    assert "Blank 5 : No answer Right: CNAME" in result
    assert "The phone gets the address : No answer Right: place 4" in result


def test_what_was_saved_is_shown_again_in_every_language(browser: Browser) -> None:
    address = started(browser)
    half: dict[str, Sequence[object]] = {**RIGHT, "pairs": [0, None, 4, 3], "steps": [2, 2]}
    browser.post(address, data=form(half, save="1"))

    def filled(page: str) -> list[tuple[str, ...]]:
        chosen = re.findall(r'name="(q\d+)"[^>]*value="(\d)" checked', page)
        typed = re.findall(r'name="(q[\d-]+)" value="([^"]+)"', page)
        places = [
            (name, value)
            for name, options in re.findall(
                r'<select[^>]* name="([^"]+)">(.*?)</select>', page, re.DOTALL
            )
            for value in re.findall(r'value="(\d+)" selected', options)
        ]
        return sorted([*chosen, *typed, *places])

    english = browser.get(address).text
    arabic = browser.get(address.replace("/en/", "/ar/")).text
    assert "املأ الفراغات" in arabic
    assert 'aria-label="الفراغ 2"' in arabic
    assert filled(english) == filled(arabic)
    assert len(filled(english)) == 7 + 3 + 2 + 5 - 1 + 1  # choices, pairs, places, blanks, typed
    assert "9 of 9 answered" in english

    again = browser.post(
        address.replace("/en/", "/ar/"),
        data=form(RIGHT, submit="1", counter=5),
        follow_redirects=True,
    )
    assert "100" in again.text
    assert "الفراغ 1" in again.text


def test_emptied_rows_count_as_not_answered(browser: Browser) -> None:
    address = started(browser)
    browser.post(address, data=form({"pairs": [0], "one": [0]}, save="1"))
    assert "2 of 9 answered" in browser.get(address).text

    browser.post(address, data=form({"one": [0]}, save="1", counter=2))

    assert "1 of 9 answered" in browser.get(address).text


def test_every_field_has_a_name_of_its_own(browser: Browser) -> None:
    page = browser.get(started(browser)).text

    gaps = paper()["gaps"].position
    page = page[page.index("<main") :]
    names = re.findall(r'<(?:input|select) class="input"[^>]*aria-label="([^"]+)"', page)
    assert names == [f"Blank {n}" for n in range(1, 6)]
    fields = set(re.findall(rf'id="(q{gaps}-\d+)" name="\1"', page))
    assert fields == {f"q{gaps}-{n}" for n in range(5)}
    labelled = set(re.findall(r'<label for="([^"]+)"', page)) | fields
    assert set(re.findall(r'<select[^>]* id="([^"]+)"', page)) <= labelled


def test_blanks_stand_inside_lists_tables_and_bold_text(browser: Browser) -> None:
    page = browser.get(started(browser)).text

    assert re.search(r"<strong><select class=\"input\" aria-label=\"Blank 2\"", page)
    assert re.search(r"<td><input class=\"input\"[^>]*aria-label=\"Blank 4\"></td>", page)
    assert re.search(r'<span class="whole"><input[^>]*aria-label="Blank 3">\.</span>', page)


@pytest.mark.parametrize(
    "body",
    [
        "![The [[NS]] record](img/tree.svg)",
        "Look [there](http://ngo.example/[[NS]]).",
        "*[TLD]: [[NS]]\n\nA TLD.",
    ],
    ids=["picture", "link", "abbreviation"],
)
def test_a_blank_that_cannot_stand_where_it_was_written_stands_below(
    sign_in: SignIn, amina: User, publish: Publish, body: str
) -> None:
    quiz = f"---\ntitle: Quiz\n---\n\n## ? Fill in. {{#gaps}}\n\n{body} \ue0009\ue001 or [[MX]]\n"
    publish("small", {**SMALL, "01-names/quiz.md": quiz, "01-names/img/tree.svg": SVG})
    browser = sign_in(amina)
    address = browser.post("/en/courses/small/names/quiz/attempts").location

    page = browser.get(address).text

    assert sorted(re.findall(r'aria-label="(Blank \d+)"', page)) == ["Blank 1", "Blank 2"]
    assert page.index("Blank 2") < page.index("Blank 1")


def test_no_page_before_grading_holds_a_key_of_a_row(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    """Whatever the file says is right: with the same things shown in the same order, the page is the same."""
    browser = sign_in(amina)

    def page_of(pairs: tuple[int, ...], steps: tuple[int, ...], choices: tuple[int, ...]) -> str:
        """Pairs, steps and right choice as the file has them; the same on every page."""
        rows = "".join(f"- item {n} => partner {one} >> secret\n" for n, one in enumerate(pairs))
        right = [f"({n})" if place == 0 else str(n) for place, n in enumerate(choices)]
        quiz = (
            f"---\ntitle: Quiz\nshuffle: no\n---\n\n## ? Pairs? {{#pairs}}\n\n{rows}\n> secret\n\n"
            f"## ? Steps? {{#steps}}\n\n{''.join(f'1. step {n} >> secret' + chr(10) for n in steps)}\n"
            f"## ? Gaps? {{#gaps}}\n\nIt is [[{' | '.join(right)}]] or [[secret]].\n\n> secret\n"
        )
        publish("small", {**SMALL, "01-names/quiz.md": quiz})
        address = str(browser.post("/en/courses/small/names/quiz/attempts").location)
        attempt = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
        assert attempt is not None
        attempt.paper = [
            {**attempt.paper[0], "order": [pairs.index(n) for n in (1, 2, 0)]},
            {**attempt.paper[1], "order": [steps.index(n) for n in (2, 0, 1)]},
            {**attempt.paper[2], "blanks": [[choices.index(n) for n in (1, 2, 0)], []]},
        ]
        number = attempt.id
        db.session.commit()
        text = browser.get(address).text
        browser.post(address, data={"submit": "1"})
        return re.sub(rf"attempts/{number}\b|Attempt \d+", "", text)

    every = [*permutations((0, 1, 2))]
    pages = {page_of(one, every[n - 1], every[n - 2]) for n, one in enumerate(every)}
    assert len(pages) == 1
    assert "secret" not in pages.pop()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8"/></svg>'


class Sorted(Random):
    """Shuffles by not shuffling, but for the third time."""

    times = 0

    def shuffle(self, x: object) -> None:
        """Turn it round the third time."""
        assert isinstance(x, list)
        self.times += 1
        if self.times == 3:
            x.reverse()


@pytest.mark.parametrize("shuffle", ["yes", "no"])
def test_pairs_and_steps_are_shuffled_whatever_the_quiz_says(
    app: Flask, publish: Publish, shuffle: str
) -> None:
    quiz = (
        f"---\ntitle: Quiz\nshuffle: {shuffle}\n---\n\n"
        "## ? Steps? {#steps}\n\n1. a\n2. b\n3. c\n\n## ? Pair? {#pair}\n\n- A => a\n- B => b\n\n"
        "## ? Two? {#two}\n\n1. a\n2. b\n"
    )
    edition = publish("small", {**SMALL, "01-names/quiz.md": quiz})
    text = catalogue.text_of(edition)
    lesson = catalogue.lesson_text(edition, "names/quiz")

    def orders(random: Random) -> dict[str, tuple[int, ...]]:
        return {
            entry["id"]: tuple(entry["order"]) for entry in drawing.draw_paper(text, lesson, random)
        }

    seen = [orders(Random(n)) for n in range(60)]  # noqa: S311 (only a test)
    assert {one["steps"] for one in seen} == {*permutations((0, 1, 2))} - {(0, 1, 2)}
    assert {one["pair"] for one in seen} == {(0, 1), (1, 0)}
    assert {one["two"] for one in seen} == {(0, 1), (1, 0)}
    stubborn = Sorted()
    question = next(one for one in lesson.questions if one.id == "steps")
    assert drawing.option_order(question, stubborn, shuffle=False) == [2, 1, 0]


def test_the_choices_of_a_blank_are_shuffled_and_stored(browser: Browser) -> None:
    seen = set()
    for _attempt in range(30):
        address = started(browser)
        gaps = paper()["gaps"]
        db.session.rollback()
        assert (gaps.blanks[0], gaps.blanks[2], gaps.blanks[3]) == ((), (), ())
        seen.add(gaps.blanks[1])
        shown = re.search(r'aria-label="Blank 2".*?</select>', browser.get(address).text, re.DOTALL)
        assert shown is not None
        choices = re.findall(r'<option value="\d">([A-Z]+)<', shown.group())
        assert choices == [("MX", "DS", "TXT")[source] for source in gaps.blanks[1]]
        browser.post(address, data={"submit": "1"})
    assert len(seen) > 1


def test_papers_of_earlier_attempts_can_still_be_read(browser: Browser) -> None:
    started(browser)
    attempt = db.session.scalars(select(Attempt)).one()

    assert [
        set(entry) - {"lesson", "id", "order"} for entry in attempt.paper if entry["id"] != "gaps"
    ] == [set()] * 8
    attempt.paper = [
        {key: value for key, value in entry.items() if key != "blanks"} for entry in attempt.paper
    ]
    assert papers.paper_of(attempt)[0].blanks == ()


def test_a_pool_gives_as_many_as_it_says(browser: Browser) -> None:
    assert "9 questions" in browser.get(f"{COURSE}/quiz").text
    started(browser)

    assert len({"rdap", "whois"} & paper().keys()) == 1


def test_an_exam_draws_them_from_a_quiz(browser: Browser, publish: Publish) -> None:
    exam = b"---\ntitle: Exam\nfrom: every-type/quiz all\n---\n"
    files = from_folder(DATA / "courses" / "question-types")
    publish("question-types", files.with_file("01-every-type/exam.md", exam))
    address = started(browser, "exam")

    assert {*RIGHT} == {*paper()}
    result = browser.post(address, data=form(RIGHT, submit="1"), follow_redirects=True)

    assert "100%" in result.text


def test_hints_are_given_one_by_one(browser: Browser) -> None:
    page = browser.get(started(browser)).text

    first, second = page.index("Two are right."), page.index("The third stands elsewhere.")
    assert page.rindex('<details class="hint">', 0, first) < first < second
    inside = page[page.rindex('<details class="hint">', 0, first) : second]
    assert inside.count("<details") == 2
    assert "</details>" not in inside


def test_a_survey_asks_every_type_once_and_marks_nothing(browser: Browser) -> None:
    address = started(browser, "feedback")
    page = browser.get(address).text
    assert [question.text.kind for question in paper().values()] == [
        *("one", "many", "text", "essay", "match", "order")
    ]
    db.session.rollback()
    answers = {
        "q0": "1",
        "q1": ["0", "1"],
        "q2": "Fine",
        "q3": "More pictures",
        "q4-0": "1",
        "q4-1": "0",
        "q5-0": "2",
        "q5-1": "0",
        "q5-2": "1",
    }

    result = browser.post(address, data={**answers, "submit": "1"}, follow_redirects=True).text

    said = words(result)
    assert "Thank you" in said
    for told in (
        "Your answer Bad",
        "Your answer Fine",
        "Your answer More pictures",
        "Your answer Lesson : hard",
        "Your answer Quiz : easy",
        "Price : place 1 Your answer Language : place 2 Your answer Time : place 3",
    ):
        assert told in said, told
    for never in ("not right", "Right", "answer good", "answer bad", "answer missed"):
        assert never not in result
    assert "point" not in page
    assert len(db.session.scalars(select(Completion)).all()) == 1
    assert browser.post(f"{COURSE}/feedback/attempts").status_code == 403


def test_a_lab_can_be_read_and_is_done_by_its_button(browser: Browser) -> None:
    page = browser.get(f"{COURSE}/lab-walk").text
    for told in ("Find the address of www.ngo.example.", "Begin at the root.", "To read and try"):
        assert told in page

    done = browser.post(f"{COURSE}/lab-walk/completion")

    assert done.status_code == 303
    assert len(db.session.scalars(select(Completion)).all()) == 1


def test_a_lab_in_a_quiz_is_not_drawn(sign_in: SignIn, amina: User, publish: Publish) -> None:
    lab = "## ? Lab? {#lab}\n\n```zone\n@ A 192.0.2.1\n```\n\n```check\nzone is valid\n```\n"
    quiz = f"{SMALL['01-names/quiz.md']}\n# Pool {{#pool draw=1}}\n\n{lab}"
    publish("small", {**SMALL, "01-names/quiz.md": quiz})
    browser = sign_in(amina)
    assert "4 questions" in browser.get("/en/courses/small/names/quiz").text

    page = browser.get(browser.post("/en/courses/small/names/quiz/attempts").location)

    assert page.status_code == 200
    assert "Lab?" not in page.text
