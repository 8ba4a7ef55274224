"""Every page is behind a sign-in unless it is listed here."""

import pytest
from flask import Flask

from lms.models import Course
from lms.web import csrf
from tests.conftest import Browser

PUBLIC = {
    "address.look",
    "address.use",
    "about.page",
    "assets.send",
    "badges.credential",
    "badges.issuer",
    "badges.states",
    "certificates.check",
    "certificates.compare",
    "certificates.verify",
    "course_changes.listed",
    "dev_mail.mail",
    "dev_mail.mails",
    "glossary.terms",
    "join.page",
    "join.poster",
    "learn.catalogue",
    "learn.changes",
    "learn.course",
    "learn.lesson",
    "learn.shelf",
    "leaving.leave_by_link",
    "leaving.left",
    "leaving.look_by_link",
    "links.ask",
    "links.ask_reset",
    "links.look",
    "links.send",
    "links.send_reset",
    "links.sent",
    "links.use",
    "mails.look",
    "mails.use",
    "monitors.health",
    "monitors.numbers",
    "monitors.ready",
    "media.logo",
    "media.partner",
    "media.picture",
    "paths.path",
    "practice.check",
    "provider_sign_in.back",
    "provider_sign_in.enter",
    "provider_sign_in.leave",
    "reports.form",
    "reports.send",
    "reports.thanks",
    "search.results",
    "second_step.ask",
    "second_step.ask_anybody",
    "second_step.enter",
    "second_step.form",
    "second_step.show",
    "sign_in.enter",
    "sign_in.form",
    "sign_in.leave",
    "sign_up.form",
    "sign_up.make",
    "site.home",
    "site.robots",
    "site.map_of_pages",
    "transparency.data",
    "transparency.days",
    "transparency.entries",
    "transparency.text",
    "well_known.did",
    "well_known.pdf_signers",
}
"""Endpoints that anybody may use."""


PLACES = {
    "lang": "en",
    "slug": "small",
    "module": "names",
    "name": "what-is-a-name",
    "attempt_id": 1,
    "edition_number": 1,
    "part": 0,
    "sign_in_id": 1,
    "position": 0,
    "mail_id": 1,
    "report_id": 1,
    "export_id": 1,
    "download_id": 1,
    "text_id": 1,
    "announcement_id": 1,
    "job_id": 1,
    "account_id": 1,
    "passkey_id": 1,
    "person_id": 1,
    "cohort_id": 1,
    "list_id": 1,
    "offer_id": 1,
    "provider": "harbour",
}


def address_of(app: Flask, endpoint: str) -> tuple[str, str]:
    """Method and address of an endpoint, its places filled with something."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    values = {name: PLACES.get(name, "x") for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return ("POST" if "POST" in (rule.methods or ()) else "GET"), built[1]


def endpoints(app: Flask) -> set[str]:
    """All of them."""
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_the_list_of_public_pages_is_true(app: Flask) -> None:
    assert endpoints(app) >= PUBLIC


def test_every_other_page_asks_for_a_sign_in(app: Flask, visitor: Browser, small: Course) -> None:
    for endpoint in sorted(endpoints(app) - PUBLIC):
        method, address = address_of(app, endpoint)
        answer = visitor.get(address) if method == "GET" else visitor.post(address)
        assert answer.status_code == 303, endpoint
        assert answer.location.startswith("/en/sign-in"), endpoint


def test_only_the_one_click_of_mail_programs_may_come_from_elsewhere() -> None:
    assert frozenset({"mails.use"}) == csrf.EXEMPT


def test_every_other_unsafe_method_is_checked(app: Flask, visitor: Browser) -> None:
    for endpoint in sorted(endpoints(app) - csrf.EXEMPT):
        method, address = address_of(app, endpoint)
        if method == "POST":
            answer = visitor.post(address, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403, endpoint


@pytest.mark.parametrize("address", ["/courses/small/", "/sign-in", "/my-learning?x=1"])
def test_an_address_without_a_language_is_sent_on(visitor: Browser, address: str) -> None:
    answer = visitor.get(address, headers={"Accept-Language": "ar,en;q=0.5"})

    assert (answer.status_code, answer.location) == (302, f"/ar{address}")
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_address_that_is_nowhere_stays_a_404(visitor: Browser) -> None:
    assert visitor.get("/nowhere/at/all").status_code == 404
    assert visitor.post("/courses/small/").status_code == 404
    assert visitor.get("/en/nowhere").status_code == 404
