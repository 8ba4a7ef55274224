"""The editor of one file: its text, what the check says beside it, and nothing lost between tabs."""

import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from lms.database import db
from lms.domain import journal
from lms.domain.drafts import drafts
from lms.models import Course, CourseRole, CourseRoleGrant, User
from lms.web import allowance
from lms.web.studio import adding
from tests.conftest import SMALL, Browser, Publish, SignIn
from tests.content.test_pictures import SVG

PAGE, QUIZ = "01-names/01-what-is-a-name.md", "01-names/quiz.md"
EDITOR = "/en/studio/small/files"
JSON = {"Accept": "application/json"}


def with_course_role(user: User, course: Course, role: CourseRole) -> None:
    """Let somebody work at the course."""
    now = journal.now()
    grant = CourseRoleGrant(user_id=user.id, course_id=course.id, role=role, at=now, by="x")
    db.session.add(grant)
    db.session.commit()


@pytest.fixture
def course(small: Course, tomas: User) -> Course:
    """The small course, and Tomas as its trainer."""
    with_course_role(tomas, small, CourseRole.TRAINER)
    return small


@pytest.fixture
def browser(course: Course, tomas: User, sign_in: SignIn) -> Browser:
    """His browser."""
    return sign_in(tomas)


def written(course: Course, user: User, path: str) -> bytes:
    """What the draft has."""
    return drafts.file_of(user, course, path).data


def save(browser: Browser, path: str, text: str, version: int = -1, **more: object) -> TestResponse:
    """Send the form as a browser does."""
    form = {"text": text.replace("\n", "\r\n"), "version": str(version), **more}
    return browser.post(f"{EDITOR}/{path}", data=form)


def test_a_text_is_shown_saved_and_only_edited_bytes_change(
    browser: Browser, course: Course, tomas: User, publish: Publish
) -> None:
    mixed = SMALL[PAGE].replace("\n\n", "\r\n\r\n")
    publish("small", {**SMALL, PAGE: mixed})
    page = browser.get(f"{EDITOR}/{PAGE}")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "A name is a *path* in a tree." in page.text
    assert '<a href="#text" data-line="8">Line 8</a>' in page.text
    assert "true or false, true is right" in page.text
    assert "The check finds nothing wrong here" in page.text

    text = SMALL[PAGE].replace("*path*", "**path**")
    answer = browser.post(f"{EDITOR}/{PAGE}", data={"text": text, "version": "-2"})
    assert answer.status_code == 303
    assert written(course, tomas, PAGE) == mixed.replace("*path*", "**path**").encode()
    page = browser.get(answer.location)
    assert "Saved in your draft" in page.text
    assert 'name="version" value="1"' in page.text

    answer = browser.post(
        f"{EDITOR}/{PAGE}", data={"text": f"{text}.", "version": "1"}, headers=JSON
    )
    assert answer.json == {"version": 2}


def test_two_tabs_never_overwrite_each_other(browser: Browser, course: Course) -> None:
    save(browser, PAGE, "one", -1)
    answer = save(browser, PAGE, "two", -1)
    assert answer.status_code == 409
    assert re.search(r'id="theirs"[^>]*>\none</textarea>', answer.text)
    assert re.search(r'id="text"[^>]*>\ntwo</textarea>', answer.text)
    assert 'name="version" value="1"' in answer.text

    for version in ("-1", "x"):
        answer = browser.post(
            f"{EDITOR}/{PAGE}", data={"text": "two", "version": version}, headers=JSON
        )
        assert (answer.status_code, answer.json) == (409, {"version": 1, "text": "one"})
    assert save(browser, PAGE, "two", 1).status_code == 303


def test_a_file_that_was_taken_out_elsewhere_can_be_written_again(
    browser: Browser, course: Course, tomas: User
) -> None:
    save(browser, PAGE, "one", -1)
    drafts.take_out(tomas, course, PAGE, version=1)
    db.session.commit()
    answer = browser.post(f"{EDITOR}/{PAGE}", data={"text": "two", "version": "1"}, headers=JSON)
    assert answer.json == {"version": 2, "text": ""}
    page = browser.get(f"{EDITOR}/{PAGE}")
    assert 'name="version" value="2"' in page.text
    assert save(browser, PAGE, "two", 2).status_code == 303


def test_what_is_too_large_is_said_and_still_there(browser: Browser) -> None:
    text = "ا" * (140 * 1024)  # three signs for each byte in a form
    answer = save(browser, PAGE, text)
    assert answer.status_code == 422
    assert "larger than 256 kB" in answer.text
    assert text[:1000] in answer.text
    answer = browser.post(f"{EDITOR}/{PAGE}", data={"text": text, "version": "-1"}, headers=JSON)
    assert answer.status_code == 422
    assert "larger than 256 kB" in answer.get_json()["error"]


def test_the_check_stands_beside_the_line(browser: Browser, course: Course) -> None:
    wrong = SMALL[QUIZ].replace("title:", "titel:").replace("(x)", "( )").replace("{#soa}", "")
    save(browser, QUIZ, wrong + "\n## More\n\n[gone](no.md) [[term]]\n")
    said = browser.get(f"/en/studio/small/check/{QUIZ}").text
    assert "<html" not in said
    assert "unknown setting &#39;titel&#39;; did you mean &#39;title&#39;?" in said
    assert '<code dir="auto">titel: Quiz</code>' in said
    assert "no option is marked right" in said
    assert "2 headings have no name yet" in said
    assert "--fix" not in said
    assert "several" not in said
    assert "2 right answers to tick, 3 options, feedback on 3" in said

    other = browser.get(f"/fr/studio/small/check/{PAGE}").text
    assert f'href="/fr/studio/small/files/{QUIZ}"' in other
    assert "vrai" in other
    save(browser, PAGE, "---\ntitle: T\n---\n\n[c](http:/lacks-a-slash.example)\n", version=0)
    other = browser.get(f"/en/studio/small/check/{PAGE}").text
    assert '"says">1 warning<' in other


def test_names_are_written_when_asked(browser: Browser, course: Course, tomas: User) -> None:
    answer = save(browser, PAGE, "---\ntitle: T\n---\n## A\n", then="ids")
    assert answer.location.endswith("saved=1")
    assert written(course, tomas, PAGE) == b"---\ntitle: T\n---\n## A {#a}\n"


def test_a_new_file_begins_with_its_original(browser: Browser, course: Course, tomas: User) -> None:
    path = "01-names/01-what-is-a-name.ar.md"
    page = browser.get(f"{EDITOR}/{PAGE}").text
    assert f"{EDITOR}/{path}" in page
    assert "Another language" in page
    page = browser.get(f"{EDITOR}/{path}").text
    assert "## ? Is a name a path? {#path}" in page
    assert "minutes:" not in page
    assert 'src="/ar/studio/small/preview/' in page
    save(browser, path, "---\ntitle: ما هو الاسم\n---\n", 0)
    assert "ما هو الاسم" in written(course, tomas, path).decode()
    assert "title: " in browser.get(f"{EDITOR}/02-more/01-new.md").text
    assert browser.get(f"{EDITOR}/01-names/zones/small.txt").status_code == 200
    assert browser.get(f"{EDITOR}/01-names/img/new.png").status_code == 404


def test_somebody_elses_draft_of_the_file_is_told(
    browser: Browser, course: Course, ada: User
) -> None:
    text = b"---\ntitle: T\n---\nHers: her picture. ![x](img/x.svg)\n"
    drafts.save_file(ada, course, PAGE, text, version=-1)
    drafts.save_file(ada, course, "01-names/img/x.svg", SVG, version=0)
    db.session.commit()
    assert "Somebody else is changing this file, too" in browser.get(f"{EDITOR}/{PAGE}").text
    said = browser.get(f"/en/studio/small/check/{PAGE}").text
    theirs = f"/en/studio/small/preview/{PAGE}?by={ada.public_id}"
    assert f'href="{theirs}" target="preview"><bdi>Ada</bdi>' in said
    assert "Hers: her picture." in browser.get(theirs).text
    assert f".svg?by={ada.public_id}" in browser.get(theirs).text
    assert browser.get(theirs.replace("by=", "by=x")).status_code == 404


def test_a_course_that_nothing_can_be_read_of_can_still_be_edited(
    browser: Browser, course: Course, tomas: User
) -> None:
    drafts.take_out(tomas, course, "course.md", version=-1)
    db.session.commit()
    page = browser.get(f"{EDITOR}/{PAGE}")
    assert page.status_code == 200
    assert "there is no course.md" not in page.text
    assert "course.md</a>: 1 error" in page.text
    assert browser.get(f"/en/studio/small/preview/{PAGE}").status_code == 404


def test_roles_decide_who_may_write(
    course: Course, amina: User, lin: User, eve: User, sign_in: SignIn
) -> None:
    with_course_role(amina, course, CourseRole.REVIEWER)
    with_course_role(lin, course, CourseRole.TRANSLATOR)
    reviewer, translator, stranger = sign_in(amina), sign_in(lin), sign_in(eve)
    assert "readonly" in reviewer.get(f"{EDITOR}/{PAGE}").text
    assert save(reviewer, PAGE, "x").status_code == 403
    assert "does not allow" in translator.get(f"{EDITOR}/{PAGE}").text
    arabic = PAGE.replace(".md", ".ar.md")
    page = translator.get(f"{EDITOR}/{arabic}").text
    assert 'value="question"' in page
    assert 'value="picture"' not in page
    assert save(translator, arabic, "---\ntitle: x\n---\n", 0).status_code == 303
    for place in ("files", "check", "preview", "new-question", "new-picture"):
        assert stranger.get(f"/en/studio/small/{place}/{PAGE}").status_code == 403


# --- pictures -----------------------------------------------------------------------------------


def png() -> bytes:
    """A small picture."""
    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    return file.getvalue()


def add(browser: Browser, data: bytes, name: str = "A tree.png", **more: object) -> TestResponse:
    """Upload a picture for the page."""
    form = {"picture": (BytesIO(data), name), "alt": "A tree", "caption": "", **more}
    headers = more.pop("headers", {})
    return browser.post(
        f"/en/studio/small/new-picture/{PAGE}",
        data={key: value for key, value in form.items() if key != "headers"},
        headers=headers,
        content_type="multipart/form-data",
    )


def test_a_picture_is_put_into_the_draft_and_into_the_text(
    browser: Browser, course: Course, tomas: User
) -> None:
    save(browser, PAGE, SMALL[PAGE] + " ", then="picture")
    page = browser.get(f"/en/studio/small/new-picture/{PAGE}").text
    assert "Before “? Is a name a path?”" in page
    answer = add(browser, png(), place="8", alt="A [tree]\nof names", caption='So "it" is')
    assert answer.status_code == 303
    text = written(course, tomas, PAGE).decode()
    line = '![A tree of names](img/a-tree.webp "So ”it” is")'
    assert f"{line}\n\n## ? Is a name a path?" in text
    digest = drafts.working_tree(tomas, course).digests["01-names/img/a-tree.webp"]
    address = f"/en/studio/small/files-of-draft/{digest}/01-names/img/a-tree.webp"
    assert address in browser.get(f"/en/studio/small/preview/{PAGE}").text
    shown = browser.get(address)
    assert shown.mimetype == "image/webp"
    assert shown.headers["Cache-Control"].startswith("private")
    assert browser.get(address.replace(digest, "0" * 64)).status_code == 404
    assert "40 × 30 pixels" in browser.get(f"{EDITOR}/01-names/img/a-tree.webp").text

    again = add(browser, png(), headers=JSON, name="+++.png")
    assert again.json == {"markdown": "![A tree](img/picture.webp)\n"}
    assert "img/a-tree-2.webp" in add(browser, png(), headers=JSON).get_json()["markdown"]
    drawn = add(browser, SVG, name="plan.svg", headers=JSON)
    assert drawn.get_json()["markdown"] == "![A tree](img/plan.svg)\n"
    add(browser, SVG.replace(b"<svg", b"<svg onload='x()'"), name="runs.svg", headers=JSON)
    kept = drafts.working_tree(tomas, course).get("01-names/img/runs.svg")
    assert b"<svg" in kept
    assert b"onload" not in kept


def test_pictures_for_the_course_itself_lie_in_img(browser: Browser) -> None:
    answer = browser.post(
        "/en/studio/small/new-picture/course.md",
        data={"picture": (BytesIO(png()), "x.png"), "alt": "X"},
        headers=JSON,
        content_type="multipart/form-data",
    )
    assert answer.json == {"markdown": "![X](img/x.webp)\n"}


@pytest.mark.parametrize(
    ("data", "more", "sentence"),
    [
        (b"", {}, "Choose a picture."),
        (b"%PDF-1.7", {}, "Choose a picture: PNG"),
        (png()[:-30], {}, "This picture is damaged"),
        (b"<svg>", {}, "no SVG that can be read"),
        (b"<svg>" + b" " * 1_500, {}, "larger than 1 kB"),
        (png() + b"x" * 2_000, {}, "larger than 0 MB"),
        (png(), {"alt": " "}, "Say what the picture shows"),
    ],
)
def test_a_picture_that_cannot_be_used_says_why(
    browser: Browser,
    data: bytes,
    more: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adding, "MOST", 2_000)
    monkeypatch.setattr(adding, "MOST_SVG", 1_024)
    answer = add(browser, data, **more)
    assert answer.status_code == 422
    assert sentence in answer.text


# --- questions ----------------------------------------------------------------------------------


def test_a_question_is_written_by_a_form(browser: Browser, course: Course, tomas: User) -> None:
    answer = save(browser, QUIZ, SMALL[QUIZ] + "\n", then="question")
    assert answer.location == f"/en/studio/small/new-question/{QUIZ}"
    page = browser.get(answer.location).text
    assert "Who runs a top-level domain?" in page
    kinds = re.findall(r"\?kind=([a-z-]+)", page)
    assert len(kinds) == 10
    for kind in kinds:
        assert browser.get(f"{answer.location}?kind={kind}").status_code == 200

    wish = {"kind": "one", "prompt": "Which?", "row-0": "A", "row-1": "B", "feedback-1": "No."}
    answer = browser.post(f"/en/studio/small/new-question/{QUIZ}", data=wish)
    assert answer.status_code == 422
    assert "no option is marked right" in answer.text
    assert 'value="No."' in answer.text

    wish |= {"right": "0", "place": "6", "points": "2"}
    answer = browser.post(f"/en/studio/small/new-question/{QUIZ}", data=wish)
    assert answer.status_code == 303
    question = "## ? Which? {#which-2 points=2}\n\n- (x) A\n- ( ) B >> No.\n"
    assert f"{question}\n## ? Who runs" in written(course, tomas, QUIZ).decode()

    answer = browser.post(f"/en/studio/small/new-question/{QUIZ}", data=wish, headers=JSON)
    assert answer.json == {"markdown": question.replace("which-2", "which-3")}


def test_questions_of_a_survey_have_no_right_answer(browser: Browser) -> None:
    path = "01-names/survey.md"
    save(browser, path, "---\ntitle: S\n---\n", 0)
    page = browser.get(f"/en/studio/small/new-question/{path}").text
    assert "Option 1 is right" not in page
    wish = {"kind": "one", "prompt": "How?", "row-0": "Good", "row-1": "Bad"}
    answer = browser.post(f"/en/studio/small/new-question/{path}", data=wish)
    assert answer.status_code == 303
    assert browser.get(f"/en/studio/small/new-question/{path}x").status_code == 404


# --- preview ------------------------------------------------------------------------------------

ALL = {
    **SMALL,
    "glossary.md": "---\ntitle: G\n---\n\nDNS (Names) {#dns}\n: How *names* work.\n",
    "certificate.md": "---\ntitle: Well done\nsigned_by: Lin, Host\n---\n\n{name} did it.\n",
    "01-names/02-task.md": "---\ntitle: Task\nkind: assignment\n---\n\nRead.\n\n## ? Why? {#w}\n\n- ____\n",
    "01-names/img/t.svg": SVG.decode(),
}


def seen(browser: Browser, path: str, language: str = "en") -> str:
    """The page in the frame."""
    answer = browser.get(f"/{language}/studio/small/preview/{path}")
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    return str(answer.text)


def test_the_preview_shows_what_learners_will_see(browser: Browser, publish: Publish) -> None:
    publish("small", ALL)
    text = SMALL[PAGE].replace(
        "*path*", "*way* [[DNS]] ![t](img/t.svg) [q](quiz.md) [c](../course.md)"
    )
    save(browser, PAGE, text, -2)
    page = seen(browser, PAGE)
    assert "<em>way</em>" in page
    assert "How names work." in page
    assert 'src="/en/studio/small/files-of-draft/' in page
    assert f'href="/en/studio/small/preview/{QUIZ}"' in page
    assert 'href="/en/studio/small/preview/course.md"' in page
    assert "Try it yourself" in page
    assert "It is." not in page  # the explanation comes with the answer

    assert "Who runs a top-level domain?" in seen(browser, QUIZ)
    assert "Right, a registry." not in seen(browser, QUIZ)
    assert "For everybody." in seen(browser, "course.md")
    assert "Names" in seen(browser, "01-names/module.md")
    assert "How <em>names</em> work." in seen(browser, "glossary.md")
    assert "did it." in seen(browser, "certificate.md")
    assert "Why?" in seen(browser, "01-names/02-task.md")


def test_any_language_and_its_direction(browser: Browser, publish: Publish) -> None:
    arabic = "---\ntitle: ما هو الاسم\n---\n\nالاسم طريق.\n"
    publish("small", {**SMALL, PAGE.replace(".md", ".ar.md"): arabic})
    page = seen(browser, PAGE.replace(".md", ".ar.md"), "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert "الاسم طريق" in page
    assert "الاسم طريق" not in seen(browser, PAGE)


def test_what_cannot_be_shown_says_why(browser: Browser, publish: Publish) -> None:
    save(browser, PAGE, "---\ntitle: T\n---\n" + "> " * 300 + "x")
    assert "nested too deeply" in seen(browser, PAGE)
    for path in ("certificate.md", "01-names/none.md", "notes.txt"):
        assert browser.get(f"/en/studio/small/preview/{path}").status_code == 404


def test_previews_have_a_limit(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "PREVIEWS", 1)
    assert browser.get(f"/en/studio/small/preview/{PAGE}").status_code == 200
    assert browser.get(f"/en/studio/small/check/{PAGE}").status_code == 429


def test_the_editor_loads_under_60_kb(app: Flask, browser: Browser) -> None:
    headers = {"Accept-Encoding": "gzip"}
    pages = [f"{EDITOR}/{QUIZ}", f"/en/studio/small/preview/{QUIZ}"]
    answers = [browser.get(page, headers=headers) for page in pages]
    found = browser.get(pages[0]).text
    parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', found))
    assert len(parts) >= 4  # style, two scripts, icon
    answers += [browser.get(part, headers=headers) for part in parts]
    size = sum(len(answer.data) for answer in answers)
    assert size < 60_000, size
