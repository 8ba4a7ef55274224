import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.domain.learning import attempts, papers
from lms.models import Answer, Attempt, Certificate, Completion, Course, User
from tests.conftest import SMALL, Browser, Publish, SignIn

START = "/en/courses/small/names/quiz/attempts"
RIGHT = {"runs": [0], "which": [0, 1], "letters": "63", "soa": "SOA"}
WRONG = {"runs": [1], "which": [2], "letters": "1", "soa": "MX"}


@pytest.fixture
def browser(sign_in: SignIn, amina: User, small: Course) -> Browser:
    """Amina's browser, with the small course there."""
    return sign_in(amina)


def started(browser: Browser) -> str:
    """The address of a new attempt."""
    answer = browser.post(START)
    assert answer.status_code == 303
    return str(answer.location)


def form(answers: Mapping[str, object], counter: int = 1) -> dict[str, object]:
    """What a browser would send: positions as this attempt shows them."""
    attempt = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    assert attempt is not None
    sent: dict[str, object] = {"counter": counter}
    for question in papers.paper_of(attempt):
        given = answers.get(question.text.id, [])
        if isinstance(given, list):
            sent[f"q{question.position}"] = [str(question.order.index(place)) for place in given]
        else:
            sent[f"q{question.position}"] = given
    db.session.rollback()
    return sent


def test_a_learner_passes(browser: Browser, amina: User) -> None:
    address = started(browser)
    page = browser.get(address)
    assert "Who runs a top-level domain?" in page.text

    result = browser.post(address, data={**form(RIGHT), "submit": "1"}, follow_redirects=True)

    assert "Passed on" in result.text
    assert "100%" in result.text
    assert [done.user_id for done in db.session.scalars(select(Completion))] == [amina.id]


def test_the_answers_are_explained_after_passing(browser: Browser) -> None:
    address = started(browser)
    result = browser.post(address, data={**form(RIGHT), "submit": "1"}, follow_redirects=True)

    for told in ("Right, a registry.", "No, it sells names.", "Registries keep the list."):
        assert told in result.text


def test_the_answers_stay_secret_after_failing(browser: Browser) -> None:
    address = started(browser)
    result = browser.post(address, data={**form(WRONG), "submit": "1"}, follow_redirects=True)

    assert "Not passed on" in result.text
    for told in ("Right, a registry.", "Registries keep the list.", "Your answer, not right"):
        assert told not in result.text


@pytest.mark.parametrize(
    ("show", "score", "answers"),
    [
        ("nothing", False, False),
        ("score", True, False),
        ("score, then answers after passing", True, True),
        ("score, then answers after the last attempt", True, True),
    ],
)
def test_show_decides_what_the_result_tells(
    sign_in: SignIn, amina: User, publish: Publish, show: str, score: bool, answers: bool
) -> None:
    publish("small", small_with(f"attempts: 1\nshow: {show}"))
    browser = sign_in(amina)
    address = started(browser)

    result = browser.post(address, data={**form(RIGHT), "submit": "1"}, follow_redirects=True)

    assert ("100%" in result.text) is score
    assert ("Registries keep the list." in result.text) is answers


def test_before_the_last_attempt_the_answers_stay_secret(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    publish("small", small_with("attempts: 2\nshow: score, then answers after the last attempt"))
    browser = sign_in(amina)
    result = browser.post(
        started(browser), data={**form(RIGHT), "submit": "1"}, follow_redirects=True
    )

    assert "after your last attempt" in result.text
    assert "Registries keep the list." not in result.text


def small_with(rules: str) -> dict[str, str]:
    """The small course with these rules for its quiz."""
    path = "01-names/quiz.md"
    return {**SMALL, path: SMALL[path].replace("pass: 50", f"pass: 50\n{rules}")}


def test_saving_keeps_what_was_given_and_shows_it_again(browser: Browser) -> None:
    address = started(browser)
    saved = browser.post(address, data={**form({"runs": [1], "soa": "so"}), "save": "1"})
    assert saved.status_code == 303

    page = browser.get(saved.location)

    assert 'value="so"' in page.text
    assert page.text.count(" checked") == 1
    assert "2 of 4 answered" in page.text
    assert 'name="counter" value="2"' in page.text


def test_save_and_go_on_later_leads_to_my_learning(browser: Browser) -> None:
    address = started(browser)

    later = browser.post(address, data={**form({"soa": "so"}), "later": "1"})

    assert later.location == "/en/my-learning"
    assert "your answers are saved" in browser.get(later.location).text


def test_a_script_saves_with_json(browser: Browser) -> None:
    address = started(browser)
    headers = {"Accept": "application/json"}

    saved = browser.post(address, data=form({"soa": "soa"}, counter=7), headers=headers)

    assert saved.json == {"counter": 7}
    assert [a.response for a in db.session.scalars(select(Answer))] == [["soa"]]


def test_a_save_after_submission_gets_409_and_shows_the_result(browser: Browser) -> None:
    address = started(browser)
    data = form(RIGHT)
    browser.post(address, data={**data, "submit": "1"})

    page = browser.post(address, data={**data, "counter": 9, "save": "1"})
    script = browser.post(address, data=data, headers={"Accept": "application/json"})

    assert page.status_code == 409
    assert "Passed on" in page.text
    assert script.status_code == 409
    assert script.json == {"result": f"{address}/result"}


def test_submitting_twice_changes_nothing(browser: Browser) -> None:
    address = started(browser)
    right, wrong = form(RIGHT), form(WRONG, counter=2)
    browser.post(address, data={**right, "submit": "1"})

    again = browser.post(address, data={**wrong, "submit": "1"}, follow_redirects=True)

    assert "Passed on" in again.text
    assert [a.percent for a in db.session.scalars(select(Attempt))] == [100]


def test_a_result_before_submission_leads_back_to_the_questions(browser: Browser) -> None:
    address = started(browser)

    assert browser.get(f"{address}/result").location == address


def test_a_finished_attempt_leads_to_its_result(browser: Browser) -> None:
    address = started(browser)
    browser.post(address, data={**form(RIGHT), "submit": "1"})

    assert browser.get(address).location == f"{address}/result"


def test_looking_after_the_time_hands_in_what_was_saved(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    publish("small", small_with("time: 10 minutes"))
    browser = sign_in(amina)
    address = started(browser)
    browser.post(address, data={**form({"soa": "soa"}), "save": "1"})
    attempt = db.session.scalars(select(Attempt)).one()
    assert attempt.closes_at is not None
    attempt.closes_at = attempt.started_at.replace(year=2001)
    db.session.commit()

    assert browser.get(address).location == f"{address}/result"
    assert [a.percent for a in db.session.scalars(select(Attempt))] == [25]


@pytest.mark.parametrize("path", ["", "/result"])
def test_nobody_else_sees_an_attempt(
    browser: Browser, sign_in: SignIn, eve: User, visitor: Browser, path: str
) -> None:
    address = started(browser)

    assert sign_in(eve).get(address + path).status_code == 404
    assert sign_in(eve).post(address, data={"submit": "1"}).status_code == 404
    assert visitor.get(address + path).location.startswith("/en/sign-in?next=")


def test_another_site_may_not_submit(browser: Browser) -> None:
    address = started(browser)

    refused = browser.post(address, data={"submit": "1"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403


@pytest.mark.parametrize("junk", ["-1", "99", "x", "٣", "1e3", "", "0 or 1=1"])
def test_hostile_positions_are_no_answers(browser: Browser, junk: str) -> None:
    address = started(browser)
    data = {f"q{n}": junk for n in range(4)}

    assert browser.post(address, data={**data, "counter": junk, "submit": "1"}).status_code == 303
    assert [a.percent for a in db.session.scalars(select(Attempt))] == [0]


def test_an_attempt_can_change_its_language_in_the_middle(
    sign_in: SignIn, amina: User, example: Course, app: Flask
) -> None:
    browser = sign_in(amina)
    attempt = attempts.start_attempt(amina, example, "how-names-work/quiz")
    db.session.commit()

    arabic = browser.get(f"/ar/attempts/{attempt.id}")

    assert "من يقرر أي الخوادم تجيب" in arabic.text
    assert 'lang="en" dir="ltr"' in arabic.text  # what was not translated


def test_results_and_attempts_are_kept_nowhere(browser: Browser) -> None:
    address = started(browser)

    assert browser.get(address).headers["Cache-Control"] == "no-store"


def test_the_certificate_is_offered_on_the_result(browser: Browser, amina: User) -> None:
    browser.post("/en/courses/small/names/what-is-a-name/completion")
    address = started(browser)

    result = browser.post(address, data={**form(RIGHT), "submit": "1"}, follow_redirects=True)

    number = db.session.scalars(select(Certificate.number)).one()
    assert "You have earned the certificate" in result.text
    assert number in result.text


def test_an_unconfirmed_learner_is_told_what_is_missing(browser: Browser, amina: User) -> None:
    amina.confirmed_at = None
    db.session.commit()
    browser.post("/en/courses/small/names/what-is-a-name/completion")

    result = browser.post(
        started(browser), data={**form(RIGHT), "submit": "1"}, follow_redirects=True
    )

    assert "One step is missing for your certificate" in result.text
    assert db.session.scalars(select(Certificate)).all() == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_an_attempt_holds_a_key(
    sign_in: SignIn, amina: User, publish: Publish, language: str
) -> None:
    """Every word of the keys is a word that stands nowhere else, so that it can be looked for."""
    publish("small", SECRETS)
    browser = sign_in(amina)
    start = browser.get(f"/{language}/courses/small/names/quiz")
    address = browser.post(f"/{language}/courses/small/names/quiz/attempts").location
    page = browser.get(address)
    saved = browser.get(browser.post(address, data={"counter": 1, "q0": "0", "save": "1"}).location)

    for text in (start.text, page.text, saved.text):
        assert not re.findall(r"secret\w+", text)


SECRETS = {
    "course.md": "---\ntitle: Small\nlanguage: en\n---\n",
    "01-names/quiz.md": (
        "---\ntitle: Quiz\n---\n\n"
        "## ? One? {#one}\n\n- (x) Yes >> secretfeedback\n- ( ) No >> secretwrong\n\n> secretreason\n\n"
        "## ? Many? {#many}\n\n- [x] Yes >> secretright\n- [ ] No >> secretother\n\n"
        "## ? Text? {#text}\n\n- = secretword\n\n> secretwhy\n\n"
        "## ? Number? {#number}\n\n- = 63\n\n> secretnumber\n\n"
        "## ? True? {#true}\n\n- true\n\n> secrettruth\n\n"
        "## ? Pairs? {#pairs}\n\n- A => B >> secretpair\n- C => D\n\n> secretmatch\n\n"
        "## ? Steps? {#steps}\n\n1. First >> secretstep\n2. Then\n3. Last\n\n> secretorder\n\n"
        "## ? Gaps? {#gaps}\n\nThe [[secretblank | secretgap]] is [[(so) | not so]].\n\n> secretfill\n"
    ),
}


def test_the_order_shown_tells_nothing_of_the_order_in_the_file(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    """The same page comes out for every order of the file that gives this order shown."""
    options = [f"option {n}" for n in range(6)]

    learner = sign_in(amina)

    def page_of(source: list[str], shown: list[str]) -> str:
        lines = "".join(f"- ({'x' if text == 'option 3' else ' '}) {text}\n" for text in source)
        course = {
            "course.md": "---\ntitle: Small\nlanguage: en\n---\n",
            "01-names/quiz.md": f"---\ntitle: Quiz\n---\n\n## ? One? {{#one}}\n\n{lines}",
        }
        publish("small", course)
        address = started(learner)
        attempt = db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
        assert attempt is not None
        order = [source.index(text) for text in shown]
        attempt.paper = [{**attempt.paper[0], "order": order}]
        number = attempt.id
        db.session.commit()
        text = learner.get(address).text
        learner.post(address, data={"submit": "1"})
        return re.sub(rf"attempts/{number}\b|Attempt \d+", "", text)

    assert page_of(options, options[::-1]) == page_of(options[3:] + options[:3], options[::-1])


def test_a_survey_thanks_and_shows_what_was_said(
    sign_in: SignIn, amina: User, publish: Publish
) -> None:
    survey = (
        "---\ntitle: Survey\nkind: survey\n---\n\n## ? How was it? {#how}\n\n- ( ) Good\n- ( ) Bad\n\n"
        "## ? What else? {#what}\n\n- ____\n"
    )
    truth = "---\ntitle: Truth\npass: 0\n---\n\n## ? Is it? {#is}\n\n- true\n"
    publish("small", {**SMALL, "01-names/feedback.md": survey, "01-names/quiz-b.md": truth})
    browser = sign_in(amina)
    start = browser.post("/en/courses/small/names/feedback/attempts").location
    done = browser.post(start, data={"q0": "0", "q1": "More", "submit": "1"}, follow_redirects=True)
    assert "Thank you" in done.text
    assert "More" in done.text

    start = browser.post("/en/courses/small/names/quiz-b/attempts").location
    result = browser.post(start, data={"q0": "1", "submit": "1"}, follow_redirects=True)
    assert "Right, but not chosen" in result.text


def test_a_quiz_that_opens_later_says_when(sign_in: SignIn, amina: User, publish: Publish) -> None:
    publish("small", small_with("opens: 2999-01-01"))

    page = sign_in(amina).get("/en/courses/small/names/quiz").text

    assert "Opens on 1 January 2999, 00:00 UTC." in page
