"""A real `lms serve` on a folder of its own, with people who are signed in, and its processes."""

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from lms import create_app
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import accounts, publishing
from lms.domain.permissions import System
from lms.models import Origin
from tests.conftest import SMALL, dispose, person, settings
from tests.postgres import free_port
from tests.steps import stamp

ROOT = Path(__file__).parent.parent.parent
CHAOS = bool(os.environ.get("CHAOS"))
"""The full size: fifty kills, a lock of 25 seconds, counted fsyncs (`make chaos`)."""
PATIENCE = 60
QUESTIONS = ("one", "two", "three", "four")
COURSE = {
    **SMALL,
    "01-names/quiz.md": "---\ntitle: Quiz\npass: 50\nshuffle: no\n---\n\n"
    + "".join(f"## ? Type {word}. {{#{word}}}\n\n- = {word}\n\n" for word in QUESTIONS),
}
"""A page and a quiz of four questions to type an answer to."""
QUIZ, PAGE = "/en/courses/small/names/quiz", "/en/courses/small/names/what-is-a-name"


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    text: str
    location: str
    headers: http.client.HTTPMessage
    seconds: float


@dataclass
class Client:
    """Somebody's browser: one request at a time, on a connection that it keeps."""

    port: int
    token: str = ""
    timeout: float = 40
    connection: http.client.HTTPConnection | None = None
    host: str = ""
    """As the browser names the site, where that is not this port."""

    def send(self, path: str, form: dict[str, str] | None = None, *, accept: str = "") -> Answer:
        """GET, or POST a form. Raises OSError or HTTPException when no answer comes."""
        began = time.monotonic()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, self.timeout)
        headers = {"Cookie": f"session={self.token}", "Sec-Fetch-Site": "same-origin"}
        if accept:
            headers["Accept"] = accept
        if self.host:
            headers["Host"] = self.host
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        seconds = time.monotonic() - began
        return Answer(
            answer.status, text, answer.headers["Location"] or "", answer.headers, seconds
        )

    def close(self) -> None:
        """The next request makes a new connection."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


@dataclass
class Installation:
    """A running `lms serve`."""

    folder: Path
    port: int
    tokens: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def client(self, number: int | None = None, *, timeout: float = 40) -> Client:
        """A browser of the person with this number; without one, of a visitor."""
        return Client(self.port, "" if number is None else self.tokens[number], timeout)

    @property
    def database(self) -> Path:
        """Where everything is."""
        return self.folder / "test.sqlite"

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Read past the application."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(statement, values).fetchall()

    def answers(self, attempt: int) -> list[str]:
        """What the database holds, in the order of the paper."""
        rows = self.rows(
            "SELECT json_extract(response, '$[0]') FROM answer"
            " WHERE attempt_id = ? ORDER BY position",
            attempt,
        )
        return [str(text) for (text,) in rows]

    @property
    def server(self) -> int:
        """The process of `lms serve` itself, below whatever it was started under."""
        if (
            "serve"
            in (Path("/proc") / str(self.process.pid) / "cmdline").read_text().split("\0")[:5]
        ):
            return self.process.pid
        return next(pid for pid, parent, _command in processes() if parent == self.process.pid)

    def children(self) -> dict[str, list[int]]:
        """The processes below it: ``web`` and ``worker``, which alone has a session of its own."""
        found: dict[str, list[int]] = {"web": [], "worker": []}
        server = self.server
        for pid, parent, _command in processes():
            if parent == server:
                with suppress(ProcessLookupError):  # it ended while we looked
                    found["worker" if os.getsid(pid) == pid else "web"].append(pid)
        return found

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text()


def processes() -> Iterator[tuple[int, int, list[str]]]:
    """Number, parent's number and command of all that run."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_text().split("\0")
        except OSError:  # it ended while we looked
            continue
        if fields[0] != "Z":
            yield int(stat.parent.name), int(fields[1]), command


@contextmanager
def installation(
    folder: Path, *, people: int = 1, under: tuple[str, ...] = (), **extra: str
) -> Iterator[Installation]:
    """Serve COURSE to so many people; ``extra``: more settings; ``under``: a command before it."""
    url = f"sqlite:///{folder}/test.sqlite"
    tokens = prepare(create_app(settings(folder, url)), people)
    with serving(folder, tokens, {"DATABASE_URL": url, **extra}, under=under) as here:
        yield here


@contextmanager
def serving(
    folder: Path, tokens: list[str], extra: dict[str, str], *, under: tuple[str, ...] = ()
) -> Iterator[Installation]:
    """`lms serve` in this folder, with these settings."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
        "INSTANCE_FOLDER": str(folder),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": "2",
        **extra,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*under, sys.executable, "-m", "lms.cli", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    here = Installation(folder, port, tokens, environment, process)
    try:
        wait_until_up(here)
        yield here
    finally:
        if process.poll() is None:
            os.kill(here.server, signal.SIGTERM)
            process.wait(PATIENCE)


def prepare(app: Flask, people: int) -> list[str]:
    """A database with COURSE and these people; the tokens of their sign-ins."""
    with app.app_context():
        begin_writing()
        db.create_all()
        stamp()
        tree = CourseTree.of({path: data.encode() for path, data in COURSE.items()})
        publishing.publish_tree(System(), "small", tree, origin=Origin.IMPORTED)
        everybody = [person(f"Person{number}") for number in range(people)]
        tokens = [accounts.sign_in(one, browser="a test") for one in everybody]
        db.session.commit()
        dispose()
    return tokens


def wait_until_up(here: Installation) -> None:
    """Until a page comes and the worker is there; its log when they do not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and here.process.poll() is None:
        if answers(here) and here.children()["worker"]:
            return
        time.sleep(0.1)
    raise AssertionError(here.log())


def answers(here: Installation, path: str = "/health") -> bool:
    """Whether a page comes, on a new connection, as for a newcomer."""
    client = here.client(timeout=5)
    client.host = here.environment["PUBLIC_URL"].removeprefix("http://")
    try:
        return client.send(path).status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
