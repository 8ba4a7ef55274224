"""Two machines by settings only: PostgreSQL, Redis and a bucket; whatever is killed, nothing is lost."""

import http.client
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from lms import create_app
from lms.cli.keys import agree_on_keys
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import passwords, publishing
from lms.domain.permissions import System
from lms.models import Origin, User
from tests import postgres, servers
from tests.conftest import dispose, settings
from tests.marked import FILES, PDF
from tests.safety.installation import (
    CHAOS,
    Answer,
    Client,
    Installation,
    prepare,
    serving,
)
from tests.safety.test_kill import Learner, check_ledger, until
from tests.servers import Post

pytestmark = [pytest.mark.once, pytest.mark.timeout(1200)]
ROUNDS = 8 if CHAOS else 1
"""How often each process is killed."""
CLIENTS = 10 if CHAOS else 4
PASSWORD = "seven green boats"
SITE = "learn.example"


@dataclass
class Programme:
    """Two machines, and what they share."""

    machines: list[Installation]
    database: str
    redis: "Redis"
    post: Post
    tokens: list[str]

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Read past the application."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement.replace("?", "%s").encode(), values).fetchall()

    def answers(self, attempt: int) -> list[str]:
        """What the database holds, in the order of the paper."""
        query = "SELECT response->>0 FROM answer WHERE attempt_id = ? ORDER BY position"
        return [str(text) for (text,) in self.rows(query, attempt)]

    def client(self, number: int | None = None) -> "Roaming":
        """A browser whose requests go to one machine and the other, as a balancer spreads them."""
        token = "" if number is None else self.tokens[number]
        ports = [machine.port for machine in self.machines]
        return Roaming(ports[0], token, ports=ports, host=SITE)

    def at(self, machine: int, token: str = "") -> Client:
        """A browser whose requests go to this machine only."""
        return Client(self.machines[machine].port, token, host=SITE)


@dataclass
class Roaming(Client):
    """Every request goes to the next machine."""

    ports: list[int] = field(default_factory=list)

    def send(self, path: str, form: dict[str, str] | None = None, *, accept: str = "") -> Answer:
        """On a connection of its own."""
        self.close()
        self.ports = [*self.ports[1:], self.ports[0]]
        self.port = self.ports[0]
        return super().send(path, form, accept=accept)


@dataclass
class Redis:
    """It can be taken away and put back at the same address."""

    folder: Path
    port: int
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Empty, as after a crash."""
        self.stack.enter_context(servers.redis_server(self.folder, self.port))

    def stop(self) -> None:
        """Every connection to it is cut."""
        self.stack.close()


@contextmanager
def programme(folder: Path) -> Iterator[Programme]:
    """Prepare one machine, copy its keys to the other, and start both."""
    with ExitStack() as stack:
        address = stack.enter_context(postgres.cluster())
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE learn")
        database = f"{address}/learn"
        redis = Redis(folder, postgres.free_port())
        redis.start()
        stack.callback(redis.stop)
        post = stack.enter_context(servers.smtp_server())
        shared = {
            **stack.enter_context(servers.s3_server()),
            "DATABASE_URL": database,
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
            "MAIL_URL": f"smtp://127.0.0.1:{post.port}",
            "PUBLIC_URL": f"http://{SITE}",
            "WEB_WORKERS": "1",
        }
        tokens = made_ready(folder, database)
        machines = [
            stack.enter_context(serving(folder / name, tokens, shared)) for name in ("a", "b")
        ]
        yield Programme(machines, database, redis, post, tokens)


def made_ready(folder: Path, database: str) -> list[str]:
    """The tables, the courses, the people, and the same keys on both machines."""
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    url = database.replace("postgresql:", "postgresql+psycopg:")
    app = create_app(settings(folder / "a", url))
    tokens = prepare(app, CLIENTS)
    with app.app_context():
        begin_writing()
        tree = CourseTree.of({path: text.encode() for path, text in FILES.items()})
        publishing.publish_tree(System(), "writing", tree, origin=Origin.IMPORTED)
        for user in db.session.query(User):
            user.password_hash = passwords.hashed(PASSWORD)
        db.session.commit()
        agree_on_keys()
        dispose()
    shutil.copytree(folder / "a" / "keys", folder / "b" / "keys")
    return tokens


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    """One for all tests: it takes a while to start."""
    with programme(tmp_path_factory.mktemp("two")) as two:
        yield two


# --- what is shared -----------------------------------------------------------------------------


def test_signed_in_at_one_is_signed_in_at_the_other(two: Programme) -> None:
    with closing(two.at(0)) as one:
        form = {"email": "person0@ngo.example", "password": PASSWORD}
        answer = one.send("/en/sign-in", form)
    assert answer.status == 303, answer.text
    token = answer.headers["Set-Cookie"].partition("session=")[2].partition(";")[0]
    with closing(two.at(1, token)) as other:
        assert "Person0" in other.send("/en/account").text
        assert other.send("/en/sign-out", {}).status == 303
    with closing(two.at(0, token)) as one:
        assert one.send("/en/account").status == 303


def test_limits_are_counted_together(two: Programme) -> None:
    with closing(two.client()) as visitor:
        form = {"email": "nobody@ngo.example"}
        said = [visitor.send("/en/links", form).status for _ in range(7)]
    assert said == [303] * 6 + [429]


def test_a_file_that_one_took_is_given_by_both(two: Programme) -> None:
    with closing(two.at(0, two.tokens[1])) as one:
        address = one.send("/en/courses/writing/names/assignment/attempts", {}).location
    upload(two.machines[0].port, address, two.tokens[1])
    for machine in (0, 1):
        with closing(two.at(machine, two.tokens[1])) as client:
            assert client.send(f"{address}/files/1").text == PDF.decode()


def upload(port: int, address: str, token: str) -> None:
    """As a browser sends a file."""
    head = 'name="q1"; filename="slides.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    parts = [b'name="counter"\r\n\r\n1', head.encode() + PDF, b'name="save"\r\n\r\n1']
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    headers = {
        "Host": SITE,
        "Cookie": f"session={token}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", port, 40)) as connection:
        connection.request("POST", address, body + b"--x--\r\n", headers)
        assert connection.getresponse().status == 303


def test_what_one_asks_for_the_worker_of_the_other_does(two: Programme) -> None:
    (worker,) = two.machines[0].children()["worker"]
    os.kill(worker, signal.SIGSTOP)
    try:
        before = len(two.post.messages)
        with closing(two.at(0)) as visitor:
            assert visitor.send("/en/links", {"email": "zoe@ngo.example"}).status == 303
        until(lambda: len(two.post.messages) > before, 60)
    finally:
        os.kill(worker, signal.SIGCONT)


# --- what is killed -----------------------------------------------------------------------------


def test_whatever_is_killed_nothing_is_lost(two: Programme) -> None:
    done = threading.Event()
    two.post.messages.clear()
    learners = [Learner(two, two.client(number), done) for number in range(CLIENTS)]
    threads = [threading.Thread(target=one.run) for one in learners]
    uploads = {attempt for (attempt,) in two.rows("SELECT id FROM attempt")}
    for thread in threads:
        thread.start()
    workers = 0
    try:
        for _ in range(ROUNDS):
            for machine in two.machines:
                kill(two, machine, "web", learners)
                kill(two, machine, "worker", learners)
                workers += 1
            without_redis(two, learners)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    print(  # noqa: T201 (for whoever runs it with ``pytest -s``)
        f"\n{ROUNDS * 5} times something was taken away;"
        f" {sum(one.acknowledged for one in learners)} saves acknowledged,"
        f" {sum(one.tries for one in learners)} requests sent,"
        f" {sum(len(one.handed_in) for one in learners)} attempts handed in"
    )
    assert [one.error for one in learners] == [""] * CLIENTS
    forget(two, uploads)
    check_ledger(two, learners)
    check_certificates(two)
    check_mail(two, workers)


def kill(two: Programme, machine: Installation, kind: str, learners: list[Learner]) -> None:
    """One process, in the middle of the work; until it is back."""
    work_goes_on(learners)
    (victim,) = machine.children()[kind]
    os.kill(victim, signal.SIGKILL)
    until(lambda: one_of_each(machine) and victim not in machine.children()[kind], 60)


def one_of_each(machine: Installation) -> bool:
    """Whether nothing is missing."""
    children = machine.children()
    return (len(children["web"]), len(children["worker"])) == (1, 1)


def without_redis(two: Programme, learners: list[Learner]) -> None:
    """Pages go on without it, and with it again."""
    work_goes_on(learners)
    two.redis.stop()
    work_goes_on(learners)
    two.redis.start()
    work_goes_on(learners)


def work_goes_on(learners: list[Learner]) -> None:
    """Several more saves are acknowledged."""
    enough = sum(one.acknowledged for one in learners) + CLIENTS
    until(lambda: sum(one.acknowledged for one in learners) >= enough, 60)


def forget(two: Programme, attempts: set[object]) -> None:
    """What other tests left would not be in these learners' books."""
    with psycopg.connect(two.database) as connection:
        for attempt in attempts:
            for table, column in (("answer", "attempt_id"), ("attempt", "id")):
                connection.execute(
                    f"DELETE FROM {table} WHERE {column} = %s".encode(),  # noqa: S608
                    (attempt,),
                )
            connection.execute("DELETE FROM event WHERE object = %s", (f"attempt:{attempt}",))
        connection.execute(
            "DELETE FROM enrolment WHERE course_id IN (SELECT id FROM course WHERE slug = 'writing')"
        )


def check_certificates(two: Programme) -> None:
    """Each learner has one, with one file, which both machines give."""
    digests = "SELECT count(DISTINCT pdf_digest) FROM certificate"
    until(lambda: two.rows(digests) == [(CLIENTS,)], 120)
    query = "SELECT holder_id, number FROM certificate ORDER BY holder_id"
    for holder, number in two.rows(query):
        assert isinstance(holder, int)
        with closing(two.client(holder - 1)) as client:
            files = [raw(client, f"/en/certificates/{quote(str(number))}.pdf") for _ in range(2)]
        assert files[0].startswith(b"%PDF")
        assert files[0] == files[1]


def raw(client: Roaming, path: str) -> bytes:
    """The bytes at this address, by the next machine."""
    client.ports = [*client.ports[1:], client.ports[0]]
    headers = {"Host": SITE, "Cookie": f"session={client.token}"}
    with closing(http.client.HTTPConnection("127.0.0.1", client.ports[0], 40)) as connection:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().read()


def check_mail(two: Programme, workers: int) -> None:
    """Everybody is told once; a worker that is killed may double the mail in flight."""
    until(lambda: all_sent(two), 120)
    told = Counter(str(message["Message-ID"]) for message in two.post.messages)
    earned = {
        str(message["To"])
        for message in two.post.messages
        if message["List-Unsubscribe"] is not None
    }
    assert earned == {f"person{number}@ngo.example" for number in range(CLIENTS)}
    assert sum(told.values()) - len(told) <= workers


def all_sent(two: Programme) -> bool:
    """What a worker had in hand when it was killed is taken over ten minutes later: now."""
    with psycopg.connect(two.database) as connection:
        connection.execute(
            "UPDATE outgoing_mail SET claimed_at = claimed_at - interval '10 minutes'"
            " WHERE sent_at IS NULL AND claimed_at < now() - interval '20 seconds'"
        )
    return two.rows("SELECT count(*) FROM outgoing_mail WHERE sent_at IS NULL") == [(0,)]
