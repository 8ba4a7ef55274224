"""Changing the time zone, and what a good first one is."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.database import db
from lms.models import User
from lms.web import zones
from tests.conftest import Browser, SignIn


def test_times_are_shown_as_it_is_there(sign_in: SignIn, amina: User) -> None:
    browser = sign_in(amina)
    assert " UTC." in browser.get("/en/account").text
    response = browser.post("/en/account/time-zone", data={"time_zone": "Africa/Nairobi"})
    assert (response.status_code, response.location) == (303, "/en/account?done=time-zone")
    page = browser.get(response.location).text
    assert "Times are shown as it is there." in page
    assert " UTC)." in page
    assert '<option value="Africa/Nairobi" selected>Nairobi</option>' in page


def test_zones_are_cities_by_region_in_the_language_of_the_page(
    sign_in: SignIn, amina: User
) -> None:
    page = sign_in(amina).get("/en/account").text
    africa = page.index('<optgroup label="Africa">')
    assert africa < page.index('value="Africa/Dakar">Dakar</option>') < page.index("Nairobi</opt")
    assert '<option value="UTC" selected>UTC</option>' in page
    assert 'value="Africa/Dakar">داكار</option>' in sign_in(amina).get("/ar/account").text


@pytest.mark.parametrize("zone", ["Mars/Base", "Africa", "", None])
def test_what_is_no_zone_is_refused_beside_its_field(
    sign_in: SignIn, amina: User, zone: str | None
) -> None:
    data = {} if zone is None else {"time_zone": zone}
    response = sign_in(amina).post("/en/account/time-zone", data=data)
    assert response.status_code == 422
    assert 'id="time_zone-error"' in response.text
    assert '<a href="#time_zone">Choose a time zone from the list.</a>' in response.text
    assert db.session.scalars(select(User.time_zone)).all() == ["UTC"]


def test_a_zone_that_is_not_in_the_list_stays_chosen(sign_in: SignIn, amina: User) -> None:
    amina.time_zone = "Asia/Calcutta"  # the list has its other name
    db.session.commit()
    page = sign_in(amina).get("/en/account").text
    assert "<option selected>Asia/Calcutta</option>" in page


@pytest.mark.parametrize(
    ("languages", "zone"),
    [
        ("fr-SN,fr;q=0.9,en;q=0.8", "Africa/Dakar"),
        ("sw-KE", "Africa/Nairobi"),
        ("en-US,en;q=0.5", "UTC"),
        ("ar", "UTC"),
        ("", "UTC"),
        ("zz-ZZ,ne-NP", "Asia/Kathmandu"),
    ],
)
def test_a_visitor_from_a_country_with_one_zone_probably_lives_in_it(
    app: Flask, languages: str, zone: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": languages}):
        assert zones.likely() == zone


def test_who_signs_up_gets_that_zone(visitor: Browser) -> None:
    visitor.post(
        "/en/sign-up",
        data={"name": "Awa", "email": "awa@ngo.example", "password": "seven green boats"},
        headers={"Accept-Language": "fr-SN"},
    )
    assert db.session.scalars(select(User.time_zone)).all() == ["Africa/Dakar"]
