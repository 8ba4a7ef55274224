"""Head and foot of all pages: rendered once for everybody, and nothing of a person in them."""

import re

import pytest
from flask import Flask, g
from jinja2 import DictLoader, Environment

from lms.models import User
from lms.web.parts import shared
from tests.conftest import Browser, SignIn


@pytest.fixture
def templates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Three parts: one in words, one that asks who reads, one that would see a request."""
    texts = {
        "words.html": "{{ _('Sign in') }}, {{ place }}",
        "who.html": "{{ me().name }}",
        "request.html": "{{ request.path }}",
    }
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(texts))
    return app.jinja_env


def test_a_part_is_rendered_once_for_each_language_and_its_facts(
    app: Flask, templates: Environment
) -> None:
    for _turn in range(2):
        with app.test_request_context("/en/"):
            assert shared("words.html", place="<a>") == "Sign in, &lt;a&gt;"
            assert shared("words.html", place="b") == "Sign in, b"
            assert shared("words.html", place="b") is shared("words.html", place="b")
        g.pop("language")
        with app.test_request_context("/fr/"):
            assert shared("words.html", place="b") == "Se connecter, b"
        g.pop("language")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("who.html", "must not depend"), ("request.html", "'None' has no attribute")],
)
def test_a_part_knows_neither_the_reader_nor_the_request(
    app: Flask, amina: User, templates: Environment, name: str, reason: str
) -> None:
    with app.test_request_context("/en/"):
        g.me = amina
        with pytest.raises(Exception, match=reason):
            shared(name)


def test_head_and_foot_are_the_same_for_everybody(
    visitor: Browser, sign_in: SignIn, amina: User
) -> None:
    mine, other = (browser.get("/en/").text for browser in (sign_in(amina), visitor))
    for part in ('<a class="skip".*?<a href="/en/my-learning">', "<footer.*?</footer>"):
        found = [re.findall(part, page, re.DOTALL) for page in (mine, other)]
        assert found[0] == found[1] != []
