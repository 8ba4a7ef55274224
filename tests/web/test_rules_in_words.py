"""Each rule of a lesson says its reason wherever the lesson is listed or opened."""

import re
from datetime import timedelta

import pytest

from lms.database import db
from lms.domain.learning import attempts, completion, papers
from lms.models import Course, User
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn

QUIZ = "names/quiz"
PAGE = "names/what-is-a-name"
COURSE_PAGE, QUIZ_PAGE, MINE = "/en/courses/small/", f"/en/courses/small/{QUIZ}", "/en/my-learning"


def course(publish: Publish, *settings: str, **files: str) -> Course:
    """The small course with these settings for its quiz, and files of its module."""
    path = "01-names/quiz.md"
    more = "".join(f"{one}\n" for one in settings)
    changed = SMALL[path].replace("pass: 50\n", f"pass: 50\n{more}")
    named = {f"01-names/{name}.md": text for name, text in files.items()}
    return db.session.get_one(Course, publish("small", {**SMALL, path: changed, **named}).course_id)


def words(page: str) -> str:
    """The page as it is read, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" .", ".")


@pytest.fixture
def amina(amina: User) -> User:
    amina.time_zone = "Europe/Berlin"
    db.session.commit()
    return amina


OPENS = "Opens on 3 March 2027, 09:00 (08:00 UTC)."
TABLE = [
    ("opens: 2027-03-03 08:00", OPENS, OPENS.replace("09:00 (08:00 UTC)", "08:00 UTC")),
    ("closes: 2027-02-28", "Closed on 1 March 2027, 13:00 (12:00 UTC).", "Closed on 1 March 2027, 12:00 UTC."),
    ("closes: 2027-03-03", "Closes on 4 March 2027, 13:00 (12:00 UTC).", "Closes on 4 March 2027, 12:00 UTC."),
    ("due: 2027-03-03 23:30", "Due on 4 March 2027, 00:30 (3 March, 23:30 UTC).", "Due on 3 March 2027, 23:30 UTC."),
    ("due: 14 days after start", "Due on 15 March 2027, 13:00 (12:00 UTC).", ""),
    (
        "due: 2027-02-03 08:00",
        "Was due on 3 February 2027, 09:00 (08:00 UTC) (you can still do it).",
        "Was due on 3 February 2027, 08:00 UTC (you can still do it).",
    ),
    ("after: names/other", "Opens when “Other” is done.", "Opens when “Other” is done."),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "mine", "visitors"), TABLE)
def test_a_rule_is_said_on_the_course_the_start_page_and_my_learning(
    clock: Clock,
    amina: User,
    visitor: Browser,
    sign_in: SignIn,
    publish: Publish,
    setting: str,
    mine: str,
    visitors: str,
) -> None:
    found = course(publish, setting, other="---\ntitle: Other\n---\n\nText.\n")
    completion.complete_lesson(amina, found, PAGE)
    db.session.commit()
    browser = sign_in(amina)

    for address in (COURSE_PAGE, QUIZ_PAGE, MINE):
        assert mine in words(browser.get(address).text), address
    for address in (COURSE_PAGE, QUIZ_PAGE):
        assert visitors in words(visitor.get(address).text), address


@pytest.mark.parametrize(
    ("setting", "box"),
    [
        ("opens: 2027-03-03 08:00", "You can read this, but not finish it yet"),
        ("closes: 2027-02-28", "You can read this, but not finish it any more"),
        ("due: 2027-03-03", ""),
    ],
)
def test_a_lab_that_is_read_says_it_too(
    clock: Clock,
    visitor: Browser,
    sign_in: SignIn,
    amina: User,
    publish: Publish,
    setting: str,
    box: str,
) -> None:
    course(publish, lab=f"---\ntitle: Lab\nkind: lab\nrequired: no\n{setting}\n---\n\nText.\n")
    for browser in (sign_in(amina), visitor):
        page = words(browser.get("/en/courses/small/names/lab").text)
        assert ("You can read this, but not" in page) is bool(box)
        assert box in page
        assert re.search(r"(Opens|Closed|Due) on \d March 2027", page)
        assert "Lab optional" in page


def test_what_was_due_and_has_closed_cannot_be_done_any_more(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    course(publish, "due: 2027-02-03 08:00", "closes: 2027-02-10 08:00")
    page = words(sign_in(amina).get(QUIZ_PAGE).text)

    assert "Closed on 10 February 2027, 09:00 (08:00 UTC)." in page
    assert "you can still do it" not in page
    assert "Was due on 3 February 2027, 09:00 (08:00 UTC)." in words(
        sign_in(amina).get(COURSE_PAGE).text
    )


def try_once(me: User, found: Course) -> None:
    attempt = attempts.start_attempt(me, found, QUIZ)
    attempts.submit_attempt(me, attempt, counter=1, responses={})
    db.session.commit()


def test_attempts_that_are_left_waiting_and_used_up_are_counted_in_words(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    found = course(publish, "attempts: 2", "wait: 1 day", "time: 45 minutes")
    browser = sign_in(amina)
    start = words(browser.get(QUIZ_PAGE).text)
    for fact in ("2 attempts", "Between two attempts: 1 day", "Time limit: 45 minutes"):
        assert fact in start

    try_once(amina, found)
    waits = "The next attempt may begin on 2 March 2027, 13:00 (12:00 UTC)."
    left = "Best so far 0%, needs 50%. 1 attempt left."
    for address in (COURSE_PAGE, MINE):
        assert f"{waits} {left}" in words(browser.get(address).text), address
    page = browser.get(QUIZ_PAGE).text
    assert waits in words(page)
    assert '<button class="button" disabled>' in page

    clock.forward(days=1)
    assert "1 attempt left." in words(browser.get(QUIZ_PAGE).text)
    try_once(amina, found)
    for address in (COURSE_PAGE, MINE, QUIZ_PAGE):
        assert "All attempts are used." in words(browser.get(address).text), address


def test_a_quiz_that_was_passed_and_closed_says_so(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    found = course(publish, "closes: 2027-03-01 13:00")
    attempt = attempts.start_attempt(amina, found, QUIZ)
    for question in papers.paper_of(attempt):
        text = question.text
        typed = text.accepted[:1] or [str(one.low) for one in text.ranges[:1]]
        attempts.save_answers(
            amina,
            attempt,
            counter=question.position + 1,
            responses={question.position: [*typed] if typed else sorted(text.right)},
        )
    page = words(sign_in(amina).get(QUIZ_PAGE).text)
    assert "When it closes, an attempt that is still open is handed in as it was saved." in page
    assert "Go on with your attempt" in page
    attempts.submit_attempt(amina, attempt, counter=9, responses={})
    db.session.commit()
    clock.forward(hours=2)

    page = words(sign_in(amina).get(QUIZ_PAGE).text)
    assert "Passed" in page
    assert "Closed on 1 March 2027, 14:00 (13:00 UTC)." in page


def test_a_survey_that_was_answered_says_thanks(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    survey = "---\ntitle: Survey\nminutes: 3\n---\n\n## ? How? {#how}\n\n- ( ) Good\n- ( ) Bad\n"
    found = course(publish, feedback=survey.replace("minutes", "kind: survey\nminutes"))
    browser = sign_in(amina)
    assert "3 minutes" in browser.get("/en/courses/small/names/feedback").text
    attempt = attempts.start_attempt(amina, found, "names/feedback")
    attempts.submit_attempt(amina, attempt, counter=1, responses={0: [0]})
    db.session.commit()

    page = browser.get("/en/courses/small/names/feedback").text
    assert "You have answered this survey. Thank you." in page


def test_an_exam_says_where_its_questions_come_from(visitor: Browser, publish: Publish) -> None:
    exam = (
        "---\ntitle: Exam\nfrom: names/quiz 3, this file all\n---\n\n## ? One? {#one}\n\n- true\n"
    )
    course(publish, exam=exam)
    page = words(visitor.get("/en/courses/small/names/exam").text)

    assert "The questions are drawn from: Quiz : 3 questions Exam : 1 question" in page
    assert "drawn from" not in visitor.get(QUIZ_PAGE).text


def test_what_earns_the_certificate_says_what_is_missing_and_why(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    exam = SMALL["01-names/quiz.md"].replace("title: Quiz", "title: Exam")
    head = SMALL["course.md"].replace("complete: all lessons", "complete: all lessons, exam 70%")
    more = {
        f"01-names/1{number}-more{number}.md": f"---\ntitle: More {number}\n---\n"
        for number in range(5)
    }
    edition = publish("small", {**SMALL, "course.md": head, "01-names/exam.md": exam, **more})
    found = db.session.get_one(Course, edition.course_id)
    completion.complete_lesson(amina, found, PAGE)
    attempt = attempts.start_attempt(amina, found, "names/exam")
    soa = next(q.position for q in papers.paper_of(attempt) if q.text.id == "soa")
    attempts.submit_attempt(amina, attempt, counter=1, responses={soa: ["soa"]})
    db.session.commit()
    browser = sign_in(amina)

    page, mine = words(browser.get(COURSE_PAGE).text), words(browser.get(MINE).text)
    for told in (
        "all required lessons done : 1 of 8 done",
        "final exam with at least 70% : best so far 25%",
    ):
        assert told in page, told
        assert told in mine, told
    assert "and 2 more" in page
    assert "Exam Best so far 25%, needs 50%." in page


def test_who_finished_reads_what_is_new_since(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    pages = {path: text for path, text in SMALL.items() if "quiz" not in path}
    found = db.session.get_one(Course, publish("small", pages).course_id)
    completion.complete_lesson(amina, found, PAGE)
    db.session.commit()
    browser = sign_in(amina)
    done = "Completed on 1 March 2027."
    for address in (COURSE_PAGE, MINE):
        assert f"{done} Everything that the course asks for is done." in words(
            browser.get(address).text
        )
    publish(
        "small", {**pages, "01-names/02-later.md": "---\ntitle: Later\nminutes: 4\n---\n\nText.\n"}
    )

    for address in (COURSE_PAGE, MINE):
        page = words(browser.get(address).text)
        assert f"{done} New since you finished: Later 4 minutes" in page, address
        assert "Everything that the course asks for is done." not in page
    assert "Finished" in words(browser.get(MINE).text)
    assert "New since you finished." in words(browser.get("/en/courses/small/names/later").text)
    assert "1 of 1 done" in words(browser.get(COURSE_PAGE).text)


@pytest.mark.parametrize(
    ("module", "lessons", "minutes"),
    [("minutes: 40\n", ("5", "7"), 40), ("", ("5", "7"), 12), ("", ("5", ""), 0)],
)
def test_a_module_says_how_long_it_takes(
    visitor: Browser, publish: Publish, module: str, lessons: tuple[str, str], minutes: int
) -> None:
    files = {
        f"01-names/0{number}-x{number}.md": f"---\ntitle: X\n{f'minutes: {one}' if one else ''}\n---\n"
        for number, one in enumerate(lessons)
    }
    head = f"---\ntitle: Names\n{module}---\n"
    publish("small", {"course.md": SMALL["course.md"], "01-names/module.md": head, **files})
    page = words(visitor.get(COURSE_PAGE).text)

    assert (f"{minutes} minutes" in page) is bool(minutes)


def test_the_day_something_was_done_is_the_readers_day(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    found = course(publish)
    clock.moment += timedelta(hours=11, minutes=30)
    completion.complete_lesson(amina, found, PAGE)
    db.session.commit()

    page = sign_in(amina).get(f"/en/courses/small/{PAGE}").text
    assert "Done on 2 March 2027" in page


def test_the_result_of_a_quiz_that_was_renamed_knows_the_best_attempt(
    clock: Clock, amina: User, sign_in: SignIn, publish: Publish
) -> None:
    found = course(publish)
    attempt = attempts.start_attempt(amina, found, QUIZ)
    soa = next(q.position for q in papers.paper_of(attempt) if q.text.id == "soa")
    attempts.submit_attempt(amina, attempt, counter=1, responses={soa: ["soa"]})
    second = attempts.start_attempt(amina, found, QUIZ)
    files = {path: text for path, text in SMALL.items() if "quiz" not in path}
    renamed = SMALL["01-names/quiz.md"].replace("pass: 50", "pass: 50\nkind: quiz\nwas: quiz")
    publish("small", {**files, "01-names/test.md": renamed})
    attempts.submit_attempt(amina, second, counter=1, responses={})
    db.session.commit()

    page = sign_in(amina).get(f"/en/attempts/{second.id}/result").text
    assert "Your best attempt counts: 25%." in page
    assert attempts.start_attempt(amina, found, QUIZ).lesson_id == second.lesson_id
