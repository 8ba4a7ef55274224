"""Name, logo, texts and announcements: in the browser, and on every page at once."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from lms import create_app, printing, sending
from lms.database import db
from lms.domain import announcements, catalogue, certification, journal, site
from lms.models import Announcement, Course, Level, User
from lms.render.pdf import certificate_pdf
from tests.conftest import Browser, Clock, SignIn
from tests.content.test_pictures import SVG
from tests.domain.test_site import png

UNDER = "/en/admin"
LESSON = "/en/courses/small/names/what-is-a-name"
PAGES = ("/en/", "/en/courses/small/", LESSON, "/en/search?q=x", "/en/about/terms", "/en/nowhere")


@pytest.fixture
def admin(sign_in: SignIn, ada: User) -> Browser:
    return sign_in(ada)


# --- name and logo ------------------------------------------------------------------------------


def test_a_new_name_stands_on_every_page_at_once(
    app: Flask, admin: Browser, visitor: Browser, sign_in: SignIn, amina: User, small: Course
) -> None:
    learner = sign_in(amina)
    for browser in (visitor, learner):
        for address in PAGES:
            assert "<bdi>NPOC Learn</bdi>" in browser.get(address).text
    answer = admin.post(f"{UNDER}/site/name", data={"name": "Our <school>"})
    assert (answer.status_code, answer.location) == (303, f"{UNDER}/site?done=named")
    for browser in (visitor, learner):
        for address in PAGES:
            page = browser.get(address).text
            assert "<bdi>Our &lt;school&gt;</bdi>" in page, address
            assert "NPOC Learn</bdi>" not in page, address
    assert sending.sender().site_name == "Our <school>"
    assert admin.post(f"{UNDER}/site/name", data={"name": "x" * 61}).status_code == 422
    assert 'value="Our &lt;school&gt;"' in admin.get(f"{UNDER}/site").text
    admin.post(f"{UNDER}/site/name", data={"name": ""})
    assert "<bdi>NPOC Learn</bdi>" in visitor.get(LESSON).text


def test_a_change_in_another_process_is_seen_at_once(
    app: Flask, visitor: Browser, ada: User, small: Course
) -> None:
    """Two applications keep nothing in common but the database."""
    other = create_app(dict(app.config))
    assert "<bdi>NPOC Learn</bdi>" in visitor.get(LESSON).text
    with other.test_client() as elsewhere:
        assert "<bdi>NPOC Learn</bdi>" in elsewhere.get(LESSON).text
    site.rename(db.session.merge(ada), "Our school")
    db.session.commit()
    assert "<bdi>Our school</bdi>" in visitor.get(LESSON).text
    with other.app_context(), other.test_client() as elsewhere:
        assert "<bdi>Our school</bdi>" in elsewhere.get(LESSON).text
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_no_page_of_a_course_needs_a_statement_more(
    visitor: Browser,
    sign_in: SignIn,
    ada: User,
    amina: User,
    small: Course,
    count_queries: list[str],
) -> None:
    site.rename(ada, "Our school")
    announcements.announce(
        ada, level=Level.INFO, words={"en": "Hello"}, starts_at=None, ends_at=None
    )
    db.session.commit()
    learner = sign_in(amina)
    for browser, most in ((visitor, 1), (learner, 2)):
        for _turn in range(2):
            browser.get(LESSON)
        count_queries.clear()
        assert "Hello" in browser.get(LESSON).text
        assert len(count_queries) == most, count_queries


@pytest.mark.parametrize(
    ("name", "data", "kind"), [("l.png", png(), "image/png"), ("l.svg", SVG % b"", "image/svg+xml")]
)
def test_a_logo_is_shown_kept_for_ever_and_removed(
    admin: Browser, visitor: Browser, name: str, data: bytes, kind: str
) -> None:
    assert "<svg" in visitor.get("/en/").text.partition("<nav")[0]
    answer = admin.post(f"{UNDER}/site/logo", data={"logo": (io.BytesIO(data), name)})
    assert answer.location == f"{UNDER}/site?done=logo"
    head = visitor.get("/en/").text.partition("<nav")[0]
    (address,) = re.findall(r'<a class="mark" href="/en/"><img src="([^"]+)" alt="">', head)
    picture = visitor.get(address)
    assert (picture.data, picture.mimetype) == (data, kind)
    assert "immutable" in picture.headers["Cache-Control"]
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "The logo as it is now" in admin.get(f"{UNDER}/site").text
    assert "Remove the logo?" in admin.get(f"{UNDER}/site/logo/removal").text
    assert admin.post(f"{UNDER}/site/logo/removal").location == f"{UNDER}/site?done=removed"
    assert "<img" not in visitor.get("/en/").text.partition("<nav")[0]
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("data", [None, b"text", SVG[:60]])
def test_what_is_no_harmless_picture_is_refused(admin: Browser, data: bytes | None) -> None:
    sent = {"logo": (io.BytesIO(data), "l.svg")} if data else {}
    answer = admin.post(f"{UNDER}/site/logo", data=sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("logo", [png(), SVG % b'<rect width="3" height="4"/>'])
def test_new_certificates_carry_name_and_logo(
    ada: User, amina: User, small: Course, logo: bytes
) -> None:
    edition = catalogue.current_edition(small)
    made = certification.issue(
        amina, small, edition, catalogue.text_of(edition), percent=None, earned_at=journal.now()
    )
    assert made is not None
    plain = certificate_pdf(printing.facts_of(made))
    site.rename(ada, "Our school")
    site.set_logo(ada, logo)
    db.session.flush()
    facts = printing.facts_of(made)
    assert (facts.site_name, facts.logo) == ("Our school", logo)
    assert certificate_pdf(facts) == certificate_pdf(facts) != plain


# --- texts --------------------------------------------------------------------------------------


def test_a_text_is_written_previewed_saved_and_shown_at_once(
    app: Flask, admin: Browser, visitor: Browser
) -> None:
    address, shown = f"{UNDER}/texts/terms/en", "/en/about/terms"
    assert "is free of charge" in visitor.get(shown).text
    page = admin.get(address).text
    assert "{site_name} is free of charge" in page  # what counts now, to begin from
    data = {"text": "# Ours\n\nBy {site_name}.\n\n## More\n\n*Yes* <b>", "after": "0"}
    preview = admin.post(address, data={**data, "look": "1"})
    assert preview.status_code == 200
    assert "<h3>Ours</h3>" in preview.text
    assert "<h4>More</h4><p><em>Yes</em> &lt;b&gt;</p>" in preview.text
    assert "<h1>Ours</h1>" not in visitor.get(shown).text
    answer = admin.post(address, data={**data, "save": "1"})
    assert (answer.status_code, answer.location) == (303, f"{address}?done=saved")
    assert "<h1>Ours</h1>" in visitor.get(shown).text
    assert "<p>By NPOC Learn.</p>" in visitor.get(shown).text
    assert "<h1>Ours</h1>" in visitor.get("/ar/about/terms").text  # ours replaces the shipped ones
    assert "Written here." in admin.get(f"{UNDER}/texts").text


def test_a_text_of_the_browser_counts_before_a_file(
    app: Flask, admin: Browser, visitor: Browser
) -> None:
    folder = Path(app.config["INSTANCE_FOLDER"]) / "pages"
    folder.mkdir()
    (folder / "terms.en.md").write_text("# From a file\n", "utf-8")
    assert "<h1>From a file</h1>" in visitor.get("/en/about/terms").text
    address = f"{UNDER}/texts/terms/en"
    admin.post(address, data={"text": "# From here", "after": "0", "save": "1"})
    assert "<h1>From here</h1>" in visitor.get("/en/about/terms").text
    admin.post(address, data={"text": "", "after": "1", "save": "1"})
    assert "<h1>From a file</h1>" in visitor.get("/en/about/terms").text
    assert "taken back" in admin.get(address).text
    assert "The text was taken back" in admin.get(f"{address}/2").text


def test_every_saving_can_be_read_and_used_again(admin: Browser, visitor: Browser) -> None:
    address = f"{UNDER}/texts/terms/en"
    for number, title in enumerate(("One", "Two")):
        admin.post(address, data={"text": f"# {title}", "after": str(number), "save": "1"})
    assert f'href="{address}/1"' in admin.get(address).text
    assert "<h3>One</h3>" in admin.get(f"{address}/1").text
    assert "Use this earlier text again?" in admin.get(f"{address}/1/restoration").text
    assert admin.post(f"{address}/1/restoration").location == f"{address}?done=restored"
    assert "<h1>One</h1>" in visitor.get("/en/about/terms").text
    assert admin.get(f"{UNDER}/texts/terms/fr/1").status_code == 404


def test_what_was_typed_stays_when_it_cannot_be_saved(admin: Browser) -> None:
    address = f"{UNDER}/texts/terms/en"
    wrong = admin.post(address, data={"text": "No title", "after": "0", "save": "1"})
    assert wrong.status_code == 422
    assert "No title</textarea>" in wrong.text
    admin.post(address, data={"text": "# Theirs", "after": "0", "save": "1"})
    late = admin.post(address, data={"text": "# Mine", "after": "0", "save": "1"})
    assert late.status_code == 409
    assert "# Mine</textarea>" in late.text
    assert "Somebody else saved this text" in late.text
    assert 'name="after" type="hidden" value="1"' in late.text
    assert admin.post(address, data={"text": "# Mine", "after": "1", "save": "1"}).location


@pytest.mark.parametrize("place", ["secret/en", "terms/xx", "terms/xx/1"])
def test_there_are_no_other_texts(admin: Browser, place: str) -> None:
    assert admin.get(f"{UNDER}/texts/{place}").status_code == 404
    assert admin.post(f"{UNDER}/texts/secret/en", data={"text": "# X"}).status_code == 404


# --- announcements ------------------------------------------------------------------------------


def test_an_announcement_stands_on_every_page_in_the_readers_language(
    admin: Browser, visitor: Browser, sign_in: SignIn, amina: User, small: Course
) -> None:
    learner = sign_in(amina)
    for browser in (visitor, learner):
        assert "announced" not in browser.get(LESSON).text
    data = {"level": "warning", "en": "Away <soon>", "ar": "قريبًا"}
    answer = admin.post(f"{UNDER}/announcements", data=data)
    assert answer.location == f"{UNDER}/announcements?done=announced"
    for browser in (visitor, learner):
        for address in PAGES:
            page = browser.get(address).text
            assert "Important: </span>" in page
            assert '<bdi lang="en" dir="auto">Away &lt;soon&gt;</bdi>' in page, address
        arabic = browser.get(LESSON.replace("/en/", "/ar/")).text
        assert '<bdi lang="ar" dir="auto">قريبًا</bdi>' in arabic
        french = browser.get(LESSON.replace("/en/", "/fr/")).text
        assert '<bdi lang="en" dir="auto">Away' in french
    assert admin.post(f"{UNDER}/announcements/1/end").location.endswith("done=ended")
    for browser in (visitor, learner):
        assert "Away" not in browser.get(LESSON).text


def test_it_comes_and_goes_at_its_moments(
    visitor: Browser, sign_in: SignIn, ada: User, amina: User, small: Course, clock: Clock
) -> None:
    announcements.announce(
        ada,
        level=Level.INFO,
        words={"fr": "Bientôt"},
        starts_at=clock.moment + timedelta(hours=1),
        ends_at=clock.moment + timedelta(hours=2),
    )
    db.session.commit()
    browsers = (visitor, sign_in(amina))
    for _hour in range(4):
        shown = [("Bientôt" in browser.get(LESSON).text) for browser in browsers]
        assert shown == [_hour == 1] * 2
        clock.forward(hours=1)


def test_times_are_those_of_the_administrators_zone(
    clock: Clock, admin: Browser, ada: User
) -> None:
    db.session.merge(ada).time_zone = "Africa/Nairobi"
    db.session.commit()
    data = {
        "level": "info",
        "en": "Hello",
        "starts": "2027-03-02T09:00",
        "ends": "2027-03-02T10:00",
    }
    admin.post(f"{UNDER}/announcements", data=data)
    db.session.rollback()
    row = db.session.get_one(Announcement, 1)
    assert row.starts_at.isoformat() == "2027-03-02T06:00:00+00:00"
    page = admin.get(f"{UNDER}/announcements/1").text
    assert 'value="2027-03-02T09:00"' in page
    listed = admin.get(f"{UNDER}/announcements").text
    assert "not yet" in listed
    clock.forward(days=2)
    assert "over" in admin.get(f"{UNDER}/announcements").text


def test_changing_one(admin: Browser) -> None:
    assert "Nothing was announced yet." in admin.get(f"{UNDER}/announcements").text
    assert "Announce it" in admin.get(f"{UNDER}/announcements/new").text
    admin.post(f"{UNDER}/announcements", data={"level": "info", "en": "Hello"})
    address = f"{UNDER}/announcements/1"
    assert 'value="Hello"' in admin.get(address).text
    answer = admin.post(address, data={"level": "info", "en": "Hi"})
    assert answer.location == f"{UNDER}/announcements?done=changed"
    assert "Hi</a>" in admin.get(f"{UNDER}/announcements").text
    assert admin.get(f"{UNDER}/announcements/9").status_code == 404
    assert "There are no more." in admin.get(f"{UNDER}/announcements?page=2").text


@pytest.mark.parametrize(
    "data",
    [
        {"level": "info"},
        {"level": "loud", "en": "Hello"},
        {"level": "info", "en": "Hello", "starts": "soon"},
        {"level": "info", "en": "Hello", "starts": "0001-01-01T00:00"},
        {"level": "info", "en": "Hello", "ends": "9999-01-01T00:00"},
        {"level": "info", "en": "Hello", "ends": "2020-01-01T00:00"},
    ],
)
def test_what_cannot_be_announced_is_said_beside_the_field(
    admin: Browser, data: dict[str, str]
) -> None:
    admin.post(f"{UNDER}/announcements", data={"level": "info", "en": "Before"})
    for address in (f"{UNDER}/announcements", f"{UNDER}/announcements/1"):
        answer = admin.post(address, data=data)
        assert answer.status_code == 422, address
        assert 'aria-invalid="true"' in answer.text


def test_without_a_database_pages_show_what_the_process_knows(
    admin: Browser, visitor: Browser, app: Flask
) -> None:
    admin.post(f"{UNDER}/site/name", data={"name": "Our school"})
    assert "<bdi>Our school</bdi>" in visitor.get("/en/sign-in").text
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE site RENAME TO elsewhere")
    try:
        assert "<bdi>Our school</bdi>" in visitor.get("/en/sign-in").text
    finally:
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO site")
