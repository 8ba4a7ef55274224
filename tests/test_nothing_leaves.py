"""Nothing leaves the server: no page, mail or PDF refers to another host, and no process calls one."""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import files, jobs
from lms.content.archive import from_folder
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, exports, journal, roles
from lms.domain.permissions import System
from lms.models import Certificate, Course, MailKind, SiteRole, User
from lms.render import mail as render
from tests.conftest import EXAMPLE, Publish, SignIn
from tests.everything import lived_in
from tests.render.test_mail import SENDER, letter
from tests.servers import smtp_server
from tests.test_routes import PLACES

ROOT = Path(__file__).parent.parent
LOADS = {
    "src",
    "srcset",
    "poster",
    "data",
    "action",
    "formaction",
    "ping",
    "background",
    "manifest",
}
"""What a browser fetches, or sends something to, wherever it stands."""
MAY_CALL = {
    "lms/cli/listening.py": {"socket"},
    "lms/cli/serve.py": {"socket"},
    "lms/cli/succession.py": {"socket"},
    "lms/cli/tending.py": {"socket"},
    "lms/domain/signs.py": {"socket"},  # the name of this machine
    "lms/visiting.py": {"http", "socket"},  # where the operator allows it: CHECK_LINKS
    "lms/waking.py": {"redis"},
    "lms/smtp.py": {"smtplib", "socket"},
    "lms/limits.py": {"redis"},
    "lms/openid.py": {"authlib", "requests"},
    "lms/render/stamping.py": {"requests"},
}
"""Modules that open connections, each to a server that a setting names (mail, Redis, OpenID Connect, time stamps), or
that listen for ours."""
CALLERS = {
    *("aiohttp", "authlib", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "urllib3"),
    *("redis", "telnetlib", "webbrowser", "xmlrpc"),
}


class Links(HTMLParser):
    """The addresses that a page loads, sends to, or leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect them; a ``link`` leads somewhere when it says so, and else loads."""
        said = {name: value or "" for name, value in attrs}
        self.loads += [value for name, value in said.items() if name in LOADS]
        if "href" in said:
            is_link = tag == "a" or said.get("rel") in {"alternate", "canonical", "license"}
            (self.leads if is_link else self.loads).append(said["href"])


def elsewhere(addresses: list[str]) -> list[str]:
    """Those of another host; an app for codes is on the same device."""
    parts = [(one, urlsplit(one)) for one in addresses]
    return [
        one for one, it in parts if it.scheme != "otpauth" and it.netloc not in {"", "localhost"}
    ]


@pytest.fixture
def busy(keys: None, amina: User, ada: User, publish: Publish) -> Course:
    """A site in which there is something to see everywhere."""
    lived_in(amina, publish)
    publish("small", from_folder(EXAMPLE))
    course = catalogue.find_course("small")
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    certification.issue(amina, course, edition, text, percent=90, earned_at=journal.now())
    roles.give(System(), amina, SiteRole.ADMINISTRATOR)
    db.session.commit()
    return course


def pages(app: Flask, number: str) -> Iterator[str]:
    """Every address that can be read, with something in its places."""
    places = {**PLACES, "number": number, "path": "x"}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        built = rule.build({name: places.get(name, 1) for name in rule.arguments}, False)
        if built is not None:
            yield built[1]
    small = catalogue.text_of(catalogue.current_edition(catalogue.find_course("small")))
    yield from (f"/en/courses/small/{lesson.slug}" for lesson in small.lessons)


def look_at_all_pages(app: Flask, browser: FlaskClient) -> None:
    """None of them loads anything from elsewhere, or sends anything there."""
    number = db.session.scalars(select(Certificate.number)).one()
    seen = 0
    for address in pages(app, number):
        answer = browser.get(address)
        if answer.mimetype != "text/html":
            continue
        seen += answer.status_code == 200
        links = Links(answer.text)
        assert elsewhere(links.loads) == [], address
        ours = "/courses/" not in address  # a course may lead its readers to other sites
        assert not (ours and elsewhere(links.leads)), address
    assert seen >= 30


def test_what_pages_are_made_of_loads_nothing_from_elsewhere() -> None:
    for file in (ROOT / "lms" / "static").rglob("*"):
        if file.suffix in {".css", ".js", ".svg"}:
            text = file.read_text("utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?:|url\(|@import|[\"'`(]//", text), file.name


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("kind", MailKind)
def test_no_mail_leads_elsewhere(kind: MailKind, language: str) -> None:
    message = render.message(letter(kind, language=language), SENDER)
    assert message.get_content_type() == "text/plain"
    text = message.get_content() + str(message["List-Unsubscribe"])
    assert set(re.findall(r"https?://[^/\s]+", text)) == {SENDER.public_url}


def look_at_the_certificate() -> None:
    """It leads to us only."""
    begin_writing()
    digest = db.session.scalars(select(Certificate.pdf_digest)).one()
    assert digest is not None
    found = re.findall(rb"/URI \((.*?)\)", files.get(digest))
    assert {urlsplit(one.decode()).netloc for one in found} <= {"localhost"}
    assert b"/GoToR" not in files.get(digest)
    assert b"/Launch" not in files.get(digest)


@pytest.mark.once
def test_only_who_may_opens_connections() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "lms").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if name.split(".")[0] in CALLERS or name == "urllib.request":
                    found.setdefault(str(path.relative_to(ROOT)), set()).add(name.split(".")[0])
    found = {path: names - {"http"} for path, names in found.items()}
    assert {path: names for path, names in found.items() if names - MAY_CALL.get(path, set())} == {}


class Calls:
    """The connections that this process opens. A hook of this kind stays for ever, so it is told when."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.is_on = True
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
            self.seen.append(arguments[-1] if event == "socket.connect" else arguments[0])


@pytest.mark.once
def test_at_work_a_process_calls_its_mail_server_and_nobody_else(
    app: Flask, sign_in: SignIn, amina: User, busy: Course
) -> None:
    browser = sign_in(amina)
    calls = Calls()
    try:
        look_at_all_pages(app, browser)
        begin_writing()
        exports.ask(amina, "en")
        db.session.commit()
        for job in jobs.JOBS:
            if job is not jobs.mail:
                with job() as deed:
                    deed()
        look_at_the_certificate()
        assert calls.seen == []
        with smtp_server() as post:
            app.config["MAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
            with jobs.mail() as deed:
                deed()
        assert len(post.messages) > 1
        hosts = {call[0] if isinstance(call, tuple) else call for call in calls.seen}
        assert hosts == {"127.0.0.1"}
    finally:
        calls.is_on = False
