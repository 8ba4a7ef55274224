"""The pages about the site: as shipped, or as the operator wrote them."""

import re
from pathlib import Path

import pytest
from flask import Flask

from lms.models import Course
from lms.web.standing_texts import SHIPPED, TITLES
from tests.conftest import Browser

NAMES = ["privacy", "terms", "contact", "accessibility"]


@pytest.fixture
def own(app: Flask) -> Path:
    """The operator's folder."""
    folder = Path(app.config["INSTANCE_FOLDER"]) / "pages"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("name", NAMES)
def test_every_text_ships_in_three_languages(visitor: Browser, name: str, language: str) -> None:
    page = visitor.get(f"/{language}/about/{name}")

    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("public")
    assert '<article class="narrow">' in page.text
    assert page.text.count("<h1>") == 1
    assert not re.search(r"[{}]|##|\*\*", page.text)
    assert '<a href="mailto:learn@npoc.example">learn@npoc.example</a>' in page.text
    assert f'hreflang="{language}" href="http://localhost/{language}/about/{name}"' in page.text


@pytest.mark.once
@pytest.mark.parametrize("name", NAMES)
def test_the_three_say_the_same(name: str) -> None:
    shapes = []
    for language in ("en", "ar", "fr"):
        text = (SHIPPED / f"{name}.{language}.md").read_text("utf-8")
        places = sorted(re.findall(r"\{\w+\}(?:/[\w/]*)?", text))
        shapes.append((text.count("\n## "), text.count("\n- "), text.count("**"), places))
    assert shapes[1:] == shapes[:1] * 2


@pytest.mark.once
def test_shipped_texts_name_no_operator() -> None:
    for file in SHIPPED.glob("*.md"):
        assert not re.search(r"\w@\w|https?://|\+\d", file.read_text("utf-8")), file.name


def test_what_the_privacy_page_says_about_cookies_is_true(visitor: Browser, small: Course) -> None:
    assert "Who does not sign in gets no cookie." in visitor.get("/en/about/privacy").text
    for address in ("/en/", "/en/courses/small/names/quiz", "/en/search?q=name", "/en/sign-in"):
        assert "Set-Cookie" not in visitor.get(address).headers


def test_a_language_without_a_text_is_shown_english_and_says_so(visitor: Browser) -> None:
    page = visitor.get("/ru/about/terms").text

    assert '<article class="narrow" lang="en" dir="ltr">' in page
    assert '<link rel="canonical" href="http://localhost/en/about/terms">' in page


def test_the_foot_of_every_page_leads_to_them(visitor: Browser, small: Course) -> None:
    for address in ("/en/", "/en/courses/small/names/quiz", "/en/nothing"):
        page = visitor.get(address).text
        for name in NAMES:
            assert f'<a href="/en/about/{name}">{TITLES[name]}</a>' in page


def test_the_operators_text_replaces_ours_without_a_restart(visitor: Browser, own: Path) -> None:
    file = own / "contact.en.md"
    file.write_text("# Who we are\n\n{site_name}, Example Road 1.\n\n## More\n\n{mail}\n", "utf-8")
    page = visitor.get("/en/about/contact").text
    assert "<h1>Who we are</h1>" in page
    assert "<p>NPOC Learn, Example Road 1.</p>" in page
    assert "<h2>More</h2><p>learn@npoc.example</p>" in page

    file.write_text("# Moved\n", "utf-8")
    assert "<h1>Moved</h1>" in visitor.get("/en/about/contact").text
    file.unlink()
    assert "<h1>Contact</h1>" in visitor.get("/en/about/contact").text


def test_our_text_never_stands_beside_the_operators(visitor: Browser, own: Path) -> None:
    (own / "terms.en.md").write_text("# Our own\n", "utf-8")
    (own / "privacy.pt.md").write_text("# Só em português\n", "utf-8")

    assert '<article class="narrow" lang="en" dir="ltr">' in visitor.get("/fr/about/terms").text
    assert "<h1>Só em português</h1>" in visitor.get("/fr/about/privacy").text
    assert "<h1>Contact</h1>" in visitor.get("/fr/about/contact").text


def test_what_the_operator_writes_cannot_run_or_break(visitor: Browser, own: Path) -> None:
    (own / "terms.en.md").write_bytes(
        b"\xef\xbb\xbf# Terms\n\n<script>alert(1)</script>\n\n{unknown} \xff\n\n## A [link](x)\n"
    )
    page = visitor.get("/en/about/terms")

    assert page.status_code == 200
    assert "<h1>Terms</h1>" in page.text
    assert "<script>alert" not in page.text
    assert "{unknown}" in page.text


def test_signs_in_the_name_of_the_site_are_only_signs(app: Flask, visitor: Browser) -> None:
    app.config["SITE_NAME"] = "*Learn* _now_ <b>"
    page = visitor.get("/en/about/terms").text

    assert "<p>*Learn* _now_ &lt;b&gt; is free of charge. These are the rules.</p>" in page


def test_there_are_no_other_pages(visitor: Browser, own: Path) -> None:
    (own / "secret.en.md").write_text("# Secret\n", "utf-8")
    for name in ("secret", "privacy.en", "..%2f..%2fconfig", "changes2"):
        assert visitor.get(f"/en/about/{name}").status_code == 404


def test_the_site_map_lists_them(visitor: Browser) -> None:
    found = visitor.get("/sitemap.xml").text
    for name in NAMES:
        for language in ("en", "fr", "ar"):
            assert f"<loc>http://localhost/{language}/about/{name}</loc>" in found


def test_one_statement_tells_whether_the_text_is_the_newest(
    visitor: Browser, count_queries: list[str]
) -> None:
    visitor.get("/en/about/privacy")
    assert len(count_queries) == 1
