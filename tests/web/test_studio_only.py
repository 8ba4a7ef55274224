"""Every address of the studio is shut to strangers, to learners and to trainers of other courses.

The addresses come from the route table: a new page cannot be forgotten.
"""

from functools import partial

import pytest
from flask import Flask

from lms.database import db
from lms.domain import catalogue
from lms.domain.drafts import drafts
from lms.domain.learning import attempts, completion
from lms.models import Course, CourseRole, SiteRole, User
from tests.addresses import below
from tests.conftest import SMALL, Browser, Publish, SignIn, person, with_role
from tests.domain.test_who_may import grant

OPEN = {"studio.mine"}
"""The list of one's own courses, empty for others."""
CREATING = {"studio.new", "studio.create"}
"""For everybody with the role of a trainer on the platform."""
PATH = "01-names/01-what-is-a-name.md"
addresses = partial(below, "/studio/", besides=OPEN)


@pytest.fixture
def places(small: Course, tomas: User, amina: User) -> dict[str, object]:
    """Everything that can stand in an address: a course with a draft and a learner who did something."""
    grant(tomas, small, CourseRole.OWNER)
    page = SMALL[PATH].replace("*path*", "road").encode()
    drafts.save_file(tomas, small, PATH, page, version=-1)
    picture = b"\x89PNG\r\n\x1a\n"
    drafts.save_file(tomas, small, "01-names/img/dot.png", picture, version=0)
    completion.complete_lesson(amina, small, "names/what-is-a-name")
    attempt = attempts.start_attempt(amina, small, "names/quiz")
    db.session.commit()
    return {
        "slug": "small",
        "path": PATH,
        "edition_number": 1,
        "digest": drafts.working_tree(tomas, small).digests["01-names/img/dot.png"],
        "public_id": amina.public_id,
        "attempt_id": attempt.id,
        "role": "trainer",
        "module": "names",
        "name": "what-is-a-name",
        "lesson": "names/quiz",
    }


def open_to(browser: Browser, app: Flask, places: dict[str, object]) -> dict[str, int]:
    """What is answered that is neither 403 nor 404; 303 to the sign-in page is none either."""
    answers = {}
    for endpoint, method, address in addresses(app, places):
        answer = browser.open(address, method=method)
        status, where = answer.status_code, answer.location or ""  # type: ignore[attr-defined]
        if status not in {403, 404} and not where.startswith("/en/sign-in"):
            answers[f"{method} {endpoint}"] = status
    return answers


def test_strangers_learners_and_trainers_of_other_courses_get_nowhere(
    app: Flask,
    sign_in: SignIn,
    visitor: Browser,
    places: dict[str, object],
    amina: User,
    eve: User,
    publish: Publish,
) -> None:
    publish("other", SMALL)
    rival = with_role(person("Rival"), SiteRole.TRAINER)
    grant(rival, catalogue.find_course("other"), CourseRole.OWNER)
    db.session.commit()
    assert len(addresses(app, places)) > 15
    assert open_to(visitor, app, places) == {}
    for one in (eve, amina):
        assert open_to(sign_in(one), app, places) == {}, one.name
    theirs = open_to(sign_in(rival), app, places)
    assert {name.split(" ")[1] for name in theirs} == CREATING


def test_a_reviewer_reads_and_a_translator_writes_translations(
    app: Flask, sign_in: SignIn, places: dict[str, object], small: Course
) -> None:
    """None of them changes the outline, a source file or what is published."""
    writes = {}
    for role in (CourseRole.REVIEWER, CourseRole.TRANSLATOR):
        one = person(f"One {role.value}")
        grant(one, small, role)
        db.session.commit()
        answers = open_to(sign_in(one), app, places)
        assert answers["GET studio_outline.outline"] == 200
        writes[role] = {
            name.split(" ")[1]
            for name, status in answers.items()
            if name.startswith("POST ") and status == 303
        }
    assert writes == {CourseRole.REVIEWER: set(), CourseRole.TRANSLATOR: {"studio_changes.discard"}}


def test_its_own_trainer_gets_everywhere(
    app: Flask, sign_in: SignIn, tomas: User, places: dict[str, object]
) -> None:
    """So the others are not refused because nobody gets in."""
    browser = sign_in(tomas)
    reading = [(e, a) for e, method, a in addresses(app, places) if method == "GET"]
    answers = {
        endpoint: browser.get(f"{address}?path={PATH}").status_code for endpoint, address in reading
    }
    refused = {endpoint: status for endpoint, status in answers.items() if status != 200}
    assert refused == {
        "studio_learner.attempt": 404,  # it is not handed in
        "studio_people.removal": 404,  # she has no role
        "studio_preview.file": 404,  # the path is that of another file
    }
