"""The page of an invitation, its poster, and joining."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.database import db
from lms.domain import partners
from lms.domain.cohorts import running
from lms.domain.cohorts.running import Taken
from lms.domain.partners import Picture, Profile
from lms.models import Cohort, CohortMember, Course, Organisation, User
from lms.web import allowance
from tests.cohorts import cohort_of, joined, partner_of
from tests.conftest import SMALL, Browser, Clock, Publish, SignIn, person
from tests.domain.test_site import png


@pytest.fixture
def water(lin: User) -> Organisation:
    made = partner_of(lin)
    said = Profile(name="Clean Water", names={"ar": "ماء"}, site="water.example", contact="Call us")
    partners.describe(lin, made, said)
    partners.set_picture(lin, made, Picture.LOGO, png())
    db.session.commit()
    return made


@pytest.fixture
def river(lin: User, water: Organisation, small: Course) -> Cohort:
    return cohort_of(lin, water, "small")


def test_an_invitation_says_who_invites_to_what_and_what_will_be_seen(
    visitor: Browser, river: Cohort, lin: User, water: Organisation, clock: Clock
) -> None:
    days = Taken("small", clock.moment, clock.moment + timedelta(days=30))
    running.set_courses(lin, water, river, [days])
    db.session.commit()
    short = visitor.get(f"/join/{river.code}", headers={"Accept-Language": "ar"})
    assert (short.status_code, short.location) == (302, f"/ar/join/{river.code}")
    here = f"/en/join/{river.code}"
    page = visitor.get(here)
    for part in (
        "<bdi>Clean Water</bdi> invites you",
        "River",
        "Names in short",
        "From 1 March 2027",
        "Until 31 March 2027",
        "will see your name, your e-mail address, how far you are in these courses",
        "never your answers",
        f"http://localhost/join/{river.code}",
        "<svg",
        f'href="/en/sign-up?next={here}"',
        'href="https://water.example"',
        "Call us",
        f'src="/media/partners/water/{water.logo}"',
    ):
        assert part in page.text, part
    assert "no-store" in page.headers["Cache-Control"]
    assert "<bdi>ماء</bdi>" in visitor.get(f"/ar/join/{river.code}").text
    poster = visitor.get(f"{here}/poster").text
    assert f"http://localhost<wbr>/join/{river.code}" in poster
    assert "Names in short" in poster
    assert visitor.get("/en/join/XXXXXXXX").status_code == 404
    assert visitor.post(here).location.startswith("/en/sign-in")


def test_a_poster_of_many_courses_names_them_without_their_days(
    visitor: Browser, river: Cohort, lin: User, water: Organisation, publish: Publish, clock: Clock
) -> None:
    ends = clock.moment + timedelta(days=30)
    slugs = ["small", "second", "third"]
    for slug in slugs[1:]:
        publish(slug, SMALL)
    for count, has_days in ((2, True), (3, False)):
        taken = [Taken(slug, None, ends) for slug in slugs[:count]]
        running.set_courses(lin, water, river, taken)
        db.session.commit()
        poster = visitor.get(f"/en/join/{river.code}/poster").text
        assert poster.count("Names in short") == count
        assert ("Until 31 March 2027" in poster) is has_days
        lin, river = db.session.merge(lin), db.session.merge(river)
        water = db.session.merge(water)


def test_one_button_joins_and_the_page_says_so(sign_in: SignIn, amina: User, river: Cohort) -> None:
    learner, here = sign_in(amina), f"/ar/join/{river.code}"
    assert learner.get(here).status_code == 200
    for _turn in range(2):
        answer = learner.post(here.lower().replace("/ar/join/", "/en/join/"))
        assert (answer.status_code, answer.location) == (303, f"/en/join/{river.code}")
    assert "You are in this cohort" in learner.get(answer.location).text
    db.session.rollback()
    assert len(db.session.scalars(select(CohortMember)).all()) == 1
    assert 'href="/en/my-learning/cohorts"' in learner.get("/en/my-learning").text


def test_who_has_to_be_let_in_reads_that_it_waits(
    sign_in: SignIn, lin: User, amina: User, water: Organisation, small: Course
) -> None:
    cohort = cohort_of(lin, water, "small", needs_approval=True)
    learner, here = sign_in(amina), f"/en/join/{cohort.code}"
    assert "Agree, and ask to join" in learner.get(here).text
    learner.post(here)
    assert "You have asked to join" in learner.get(here).text


def test_who_has_not_confirmed_the_address_is_told_how(sign_in: SignIn, river: Cohort) -> None:
    zoe = sign_in(person("Zoe", confirmed=False))
    page = zoe.get(f"/en/join/{river.code}").text
    assert "Open the link in the mail that we sent to zoe@ngo.example" in page
    assert zoe.post(f"/en/join/{river.code}").status_code == 403


def test_a_cohort_that_is_full_or_closed_says_so(
    sign_in: SignIn, lin: User, amina: User, eve: User, water: Organisation, small: Course
) -> None:
    cohort = cohort_of(lin, water, "small", seats=1)
    joined(amina, cohort, water)
    browser, here = sign_in(eve), f"/en/join/{cohort.code}"
    page = browser.get(here).text
    assert "all seats are taken" in page
    assert "<button" not in page.partition("<main")[2]
    answer = browser.post(here)
    assert (answer.status_code, "all seats are taken" in answer.text) == (409, True)
    empty = cohort_of(lin, water, closes_at=cohort.created_at)
    assert "the time for that is over" in browser.get(f"/en/join/{empty.code}").text


def test_codes_are_not_tried_by_the_thousand(
    visitor: Browser, river: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "CODES", 2)
    assert [visitor.get("/en/join/XXXXXXXX").status_code for _n in range(3)] == [404, 404, 429]
