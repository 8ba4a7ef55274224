"""Whether a page is there: asked of public addresses only, briefly, and through few redirects."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from flask import Flask
from sqlalchemy import select

from lms import visiting
from lms.database import begin_writing, db
from lms.domain import journal, upkeep
from lms.models import SourceCheck, Verdict
from lms.visiting import Address, Answer, is_public, visit
from tests.conftest import SMALL, Clock, Publish


class Site(BaseHTTPRequestHandler):
    """Answers as its path says: /200, /404 …; /to/PATH leads on; /get knows no HEAD; /never ends."""

    def do_HEAD(self) -> None:
        """The head of a page."""
        self._answer(405 if self.path == "/get" else None)

    def do_GET(self) -> None:
        """A page."""
        self._answer(200 if self.path == "/get" else None)

    def _answer(self, code: int | None) -> None:
        word, _slash, rest = self.path.removeprefix("/").partition("/")
        if word == "broken":
            self.wfile.write(b"nonsense\r\n")
            return
        self.send_response(302 if word == "to" else code or int(word.partition("?")[0]))
        if word == "to":
            self.send_header("Location", f"/{rest}" if rest != "inside" else "http://10.0.0.1/")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def here(address: Address, _port: int) -> bool:
    """What a test may reach."""
    return address.is_loopback


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/200", Answer(Verdict.FOUND, 200)),
        ("/200?a=ü b", Answer(Verdict.FOUND, 200)),
        ("/to/to/200", Answer(Verdict.FOUND, 200)),
        ("/get", Answer(Verdict.FOUND, 200)),
        ("/404", Answer(Verdict.BROKEN, 404)),
        ("/410", Answer(Verdict.BROKEN, 410)),
        ("/403", Answer(Verdict.UNCLEAR, 403)),
        ("/500", Answer(Verdict.UNCLEAR, 500)),
        ("/to/to/to/to/to/to/200", Answer(Verdict.UNCLEAR)),
        ("/to/inside", Answer(Verdict.FORBIDDEN)),
        ("/broken", Answer(Verdict.UNCLEAR)),
    ],
)
def test_it_is_followed_to_its_end(site: str, path: str, answer: Answer) -> None:
    assert visit(site + path, here) == answer


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("http://127.0.0.1/", Verdict.FORBIDDEN),
        ("https://[::1]/", Verdict.FORBIDDEN),
        ("http://localhost:22/", Verdict.FORBIDDEN),
        ("file:///etc/passwd", Verdict.FORBIDDEN),
        ("http:///", Verdict.FORBIDDEN),
        ("http://no-such-name.invalid/", Verdict.UNCLEAR),
        ("http://127.0.0.1:99999/", Verdict.UNCLEAR),
    ],
)
def test_nothing_inside_is_asked(address: str, verdict: Verdict) -> None:
    assert visit(address) == Answer(verdict)


@pytest.mark.parametrize(
    ("address", "port", "public"),
    [
        ("1.1.1.1", 443, True),
        ("2606:4700::1111", 80, True),
        ("1.1.1.1", 22, False),
        ("10.1.2.3", 443, False),
        ("169.254.169.254", 80, False),
        ("224.0.0.1", 80, False),
        ("::ffff:10.0.0.1", 80, False),
        ("::ffff:1.1.1.1", 80, True),
        ("64:ff9b::a00:1", 80, False),
        ("64:ff9b::101:101", 80, True),
        ("2002:a00:1::", 80, False),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", 80, False),
        ("fd00::1", 443, False),
    ],
)
def test_what_is_public_is_seen_through_every_way_to_write_it(
    address: str, port: int, public: bool
) -> None:
    assert is_public(ip_address(address), port) is public


def test_a_site_that_speaks_no_tls_and_one_that_never_answers(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visit(site.replace("http:", "https:") + "/200", here) == Answer(Verdict.UNCLEAR)
    monkeypatch.setattr(visiting, "LONGEST", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert visit(f"http://127.0.0.1:{port}/", here) == Answer(Verdict.UNCLEAR)


def test_the_worker_asks_what_courses_name_where_it_may(
    app: Flask, publish: Publish, clock: Clock
) -> None:
    link = "---\ntitle: P\n---\n\n[a](http://127.0.0.1/a) [b](http://127.0.0.1/b)\n"
    publish("small", {**SMALL, "01-names/02-more.md": link})
    for allowed, rows in ((False, 0), (True, 2)):
        app.config["CHECK_LINKS"] = allowed
        with visiting.sources() as deed:
            deed()
            deed()
        begin_writing()
        checks = db.session.scalars(select(SourceCheck).order_by(SourceCheck.address)).all()
        assert [one.verdict for one in checks] == [Verdict.FORBIDDEN] * rows
    assert [one.failures for one in checks] == [1, 1]
    assert upkeep.claim_source() is None
    clock.forward(days=1)
    assert upkeep.claim_source() == "http://127.0.0.1/a"
    for times in (2, 3):
        upkeep.note_source("http://127.0.0.1/a", Verdict.BROKEN, 404)
        assert checks[0].failures == times
    assert checks[0].look_at - journal.now() == timedelta(days=7)
    upkeep.note_source("http://127.0.0.1/a", Verdict.FOUND, 200)
    assert (checks[0].failures, checks[0].look_at - journal.now()) == (0, timedelta(days=30))
    upkeep.note_source("http://gone.example/", Verdict.FOUND, 200)
    publish("small", SMALL)
    begin_writing()
    upkeep.list_sources()
    assert db.session.scalars(select(SourceCheck)).all() == []


def test_one_turn_asks_a_few(app: Flask, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "AT_ONCE", 1)
    link = "---\ntitle: P\n---\n\n[a](http://127.0.0.1/a) [b](http://127.0.0.1/b)\n"
    publish("small", {**SMALL, "01-names/02-more.md": link})
    upkeep.list_sources()
    db.session.commit()
    assert [visiting.check_sources() for _turn in range(3)] == [1, 1, 0]
