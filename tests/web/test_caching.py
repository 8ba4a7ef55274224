import gzip
import re

import brotli
from flask import Flask, Response

from lms.models import Course, User
from tests.conftest import Browser, SignIn

LESSON = "/en/courses/small/names/what-is-a-name"


def test_a_visitors_page_may_be_kept_by_everybody(visitor: Browser, small: Course) -> None:
    page = visitor.get(LESSON)

    assert page.headers["Cache-Control"].startswith("public")
    assert set(page.headers["Vary"].split(", ")) == {"Cookie", "Accept-Encoding"}
    assert "Set-Cookie" not in page.headers


def test_a_signed_in_page_is_kept_by_its_reader_only(
    sign_in: SignIn, amina: User, small: Course
) -> None:
    assert sign_in(amina).get(LESSON).headers["Cache-Control"] == "private, no-cache"


def test_a_page_that_did_not_change_is_not_sent_again(visitor: Browser, small: Course) -> None:
    etag = visitor.get(LESSON).headers["ETag"]

    again = visitor.get(LESSON, headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")


def test_pages_are_compressed_for_browsers_that_can(visitor: Browser, small: Course) -> None:
    plain = visitor.get(LESSON)
    packed = visitor.get(LESSON, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data


def test_pages_and_style_are_smallest_over_https(
    visitor: Browser, sign_in: SignIn, amina: User, small: Course
) -> None:
    style = re.findall(r'rel="stylesheet" href="([^"]+)"', visitor.get(LESSON).text)[0]
    learner = sign_in(amina)
    for browser, address in ((visitor, LESSON), (learner, "/en/courses/small/"), (visitor, style)):
        plain = browser.get(address)
        by_gzip = browser.get(address, headers={"Accept-Encoding": "gzip"})
        smallest = browser.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert smallest.headers["Content-Encoding"] == "br"
        assert brotli.decompress(smallest.data) == plain.data
        if browser is visitor:  # what is made for one reader is made quickly
            assert len(smallest.data) < 0.9 * len(by_gzip.data)


def test_a_page_that_sets_a_cookie_is_kept_nowhere(app: Flask, visitor: Browser) -> None:
    def view() -> Response:
        response = Response("x")
        response.set_cookie("a", "b")
        return response

    app._got_first_request = False
    app.add_url_rule("/test/cookie", "cookie", view)

    assert visitor.get("/test/cookie").headers["Cache-Control"] == "no-store"


def test_a_tiny_answer_is_not_compressed(visitor: Browser) -> None:
    answer = visitor.get("/health", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_style_sheets_are_kept_for_ever_and_change_their_address(visitor: Browser) -> None:
    page = visitor.get("/en/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    plain = visitor.get(address)
    packed = visitor.get(address, headers={"Accept-Encoding": "gzip"})

    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.mimetype == "text/css"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert visitor.get("/static/site.000000000000.css").status_code == 404
