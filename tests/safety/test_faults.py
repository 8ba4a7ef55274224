"""A full disk, slow lines, broken lines, the end of the server: pages still come, nothing is lost."""

import resource
import signal
import socket
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.safety.installation import (
    CHAOS,
    PAGE,
    QUIZ,
    Answer,
    Client,
    Installation,
    installation,
)

pytestmark = [pytest.mark.once, pytest.mark.timeout(300)]
SLOW = 150
AT_MOST = 2.0 if CHAOS else 8.0
"""Seconds for an ordinary page; the short run shares its machine with other tests."""
PAGES = ("/en/", PAGE, "/en/my-learning")
JSON = "application/json"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests that do not end it; each has a learner of its own."""
    with installation(tmp_path_factory.mktemp("faults"), people=6) as here:
        yield here


def start(client: Client) -> str:
    """The address of a new attempt, with a first answer that is acknowledged."""
    address = client.send(f"{QUIZ}/attempts", {}).location
    assert save(client, address, 1, "first").status == 200
    return address


def save(client: Client, address: str, counter: int, text: str, *, accept: str = JSON) -> Answer:
    """As the page's script does it."""
    return client.send(address, {"counter": str(counter), "q0": text}, accept=accept)


def kept(here: Installation, address: str) -> str:
    """The first answer of the attempt, as the database holds it."""
    number = address.rpartition("/")[2]
    rows = here.rows(
        "SELECT json_extract(response, '$[0]') FROM answer WHERE attempt_id = ? AND position = 0",
        number,
    )
    return str(rows[0][0])


# --- a full disk --------------------------------------------------------------------------------


@contextmanager
def full_disk(here: Installation) -> Iterator[None]:
    """The web processes cannot write a byte into any file, not even into the log."""
    processes = here.children()["web"]
    before = [resource.prlimit(one, resource.RLIMIT_FSIZE) for one in processes]
    for one, (_soft, hard) in zip(processes, before, strict=True):
        resource.prlimit(one, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for one, limits in zip(processes, before, strict=True):
            resource.prlimit(one, resource.RLIMIT_FSIZE, limits)


def test_on_a_full_disk_pages_come_and_what_is_not_saved_can_be_sent_again(
    here: Installation,
) -> None:
    with closing(here.client(0)) as client, closing(here.client()) as visitor:
        address = start(client)
        with full_disk(here):
            assert [client.send(page).status for page in (*PAGES, address)] == [200] * 4
            by_script = save(client, address, 2, "second")
            by_hand = save(client, address, 2, "second <b>", accept="text/html")
            form = {"name": "Bo", "email": "bo@ngo.example", "password": "seven green boats"}
            account = visitor.send("/en/sign-up", {**form, "key": "k"})
        assert kept(here, address) == "first"
        assert save(client, address, 2, "second").status == 200
        assert kept(here, address) == "second"

    assert (by_script.status, by_script.headers["Retry-After"]) == (503, "30")
    assert by_script.text == '{"error":"This could not be saved at the moment."}\n'
    assert by_hand.status == 503
    assert '<input type="hidden" name="q0" value="second &lt;b&gt;">' in by_hand.text
    assert account.status == 503
    assert "seven green boats" not in account.text


# --- a locked database --------------------------------------------------------------------------


@pytest.mark.chaos
def test_while_the_database_is_locked_pages_come_and_saving_says_that_it_failed(
    here: Installation,
) -> None:
    with closing(here.client(1)) as client, closing(here.client(1)) as reader, ExitStack() as stack:
        address = start(client)
        savers = [stack.enter_context(closing(here.client(1))) for _ in range(20)]
        answers: list[int] = []
        threads = [
            threading.Thread(
                target=lambda one=one: answers.append(save(one, address, 2, "second").status)
            )
            for one in savers
        ]
        with locked(here):
            for thread in threads:
                thread.start()
            began = time.monotonic()
            latencies = []
            while time.monotonic() - began < 25:
                latencies += [reader.send(page).seconds for page in PAGES]
                time.sleep(0.5)
        for thread in threads:
            thread.join()
        assert 503 in answers
        assert save(client, address, 3, "third").status == 200
        assert kept(here, address) == "third"
    print(f"\nlocked 25 s, 20 savers: pages within {max(latencies):.2f} s")  # noqa: T201
    assert max(latencies) < AT_MOST


@contextmanager
def locked(here: Installation) -> Iterator[None]:
    """Somebody else writes, and does not finish."""
    with closing(sqlite3.connect(here.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


# --- slow lines ---------------------------------------------------------------------------------


HALF_HEADERS = b"GET /en/ HTTP/1.1\r\nHost: x\r\nAccept: text/h"
HALF_BODY = (
    b"POST /en/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=am"
)


def test_slow_connections_keep_nobody_waiting(here: Installation) -> None:
    with closing(here.client(2)) as client:
        address = start(client)
        for page in PAGES:
            client.send(page)
        quiet = [client.send(page).seconds for page in PAGES * 3]
        with ExitStack() as stack:
            for half in (HALF_HEADERS, HALF_BODY):
                for _ in range(SLOW):
                    line = socket.create_connection(("127.0.0.1", here.port))
                    stack.enter_context(closing(line)).sendall(half)
            time.sleep(0.5)
            busy = [newcomer(here, page) for page in ("/en/", PAGE) * 10]
            saved = [save(client, address, n, f"n{n}").seconds for n in range(2, 7)]
        assert kept(here, address) == "n6"
    print(  # noqa: T201
        f"\npages: alone {statistics.median(quiet) * 1000:.0f} ms, beside {SLOW} half headers and"
        f" {SLOW} half bodies {statistics.median(busy) * 1000:.0f} ms (worst"
        f" {max(busy) * 1000:.0f} ms), saving {statistics.median(saved) * 1000:.0f} ms"
    )
    assert max(busy + saved) < AT_MOST


def newcomer(here: Installation, page: str) -> float:
    """Seconds until a page came on a new connection."""
    with closing(here.client(timeout=30)) as client:
        answer = client.send(page)
        assert answer.status == 200
        return answer.seconds


def test_half_of_a_form_changes_nothing(here: Installation) -> None:
    with closing(here.client(3)) as client:
        address = start(client)
        head = (
            f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
            f"Cookie: session={client.token}\r\nContent-Length: 100\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\ncounter=9&q0="
        )
        with socket.create_connection(("127.0.0.1", here.port)) as line:
            line.sendall(head.encode())
        assert save(client, address, 2, "second").status == 200
        assert kept(here, address) == "second"


@pytest.mark.parametrize(
    ("header", "status"),
    [(b"Transfer-Encoding: chunked", b"411"), (b"Content-Length: 99999999999", b"413")],
)
def test_a_body_of_unknown_or_impossible_length_is_not_read(
    here: Installation, header: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", here.port), timeout=30) as line:
        line.sendall(
            b"POST /en/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n" + header + b"\r\n\r\n"
        )
        assert line.recv(1000).split()[1] == status


# --- the end of the server ----------------------------------------------------------------------


def test_asked_to_end_it_answers_what_is_under_way(tmp_path: Path) -> None:
    with installation(tmp_path) as here, closing(here.client(0)) as client:
        address = start(client)
        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.append(save(client, address, 2, "second")))
        with locked(here):
            thread.start()
            time.sleep(1)
            here.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            time.sleep(1)
        thread.join()
        here.process.wait(30)
        took = time.monotonic() - began

        assert [answer.status for answer in answers] == [200]
        assert kept(here, address) == "second"
        assert here.process.returncode == 0
    print(f"\nended after {took:.1f} s")  # noqa: T201
    assert took < (10 if CHAOS else 20)


# --- a mail server that says nothing ------------------------------------------------------------


def test_a_silent_mail_server_keeps_nobody_waiting(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with installation(tmp_path, MAIL_URL=url) as here, closing(here.client()) as visitor:
            form = {"name": "Bo", "email": "bo@ngo.example", "password": "seven green boats"}
            answer = visitor.send("/en/sign-up", {**form, "key": "k"})
            with closing(here.client(0)) as client:
                address = start(client)
                pages = [client.send(page).status for page in (*PAGES, address)]
            here.process.send_signal(signal.SIGTERM)
            here.process.wait(30)

            assert (answer.status, pages) == (303, [200] * 4)
            assert answer.seconds < AT_MOST
            assert here.rows("SELECT count(*) FROM outgoing_mail WHERE sent_at IS NULL") == [(1,)]
