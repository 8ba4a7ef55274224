"""A new server takes the place of the old one, under load, and no request fails."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from lms import create_app
from lms.cli import listening as listening_module
from lms.cli import succession
from lms.cli.lifeline import Lifeline
from lms.cli.listening import DEAFEN, deafen_when_asked, hand_over, listen
from lms.cli.serve import heed_the_terminal
from lms.cli.succession import Predecessors, can_begin, started_by, take_our_place
from tests.conftest import settings
from tests.postgres import free_port
from tests.safety.installation import CHAOS, prepare, processes

pytestmark = [pytest.mark.once, pytest.mark.timeout(900)]
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 240
CLIENTS = 4
PAGES = ("/en/", "/health")
BROKEN = "#!/bin/sh\necho 'it is broken' >&2\nexit 1\n"


class Served:
    """A running `lms serve`, started by a script as set-up writes it."""

    def __init__(self, folder: Path) -> None:
        self.port, self.log = free_port(), folder / "log"
        self.script = folder / "lms"
        self.whole = f'#!/bin/sh\nLMS_COMMAND="$0" exec {sys.executable} -m lms.cli "$@"\n'
        self.script.write_text(self.whole)
        self.script.chmod(0o755)
        environment = {
            **os.environ,
            "INSTANCE_FOLDER": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/test.sqlite",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.script, "serve"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def children(self) -> set[int]:
        """The processes that answer, and the worker."""
        return {pid for pid, parent, _command in processes() if parent == self.process.pid}

    def get(self, page: str) -> int:
        """The status of a page, on a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request("GET", page, headers={"Connection": "close"})
            answer = line.getresponse()
            answer.read()
            return answer.status

    def reload(self) -> None:
        """Until only new processes are there."""
        before = self.children()
        self.process.send_signal(signal.SIGHUP)
        self.wait_until(lambda: len(self.children()) == 3 and not self.children() & before)

    def wait_until(self, holds: Callable[[], object]) -> None:
        """Or show the log."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def is_up(self) -> bool:
        """Whether a page comes."""
        try:
            return self.get("/health") == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With a course and nobody to read it; one for all tests, it takes a while to start."""
    tmp_path = tmp_path_factory.mktemp("served")
    prepare(create_app(settings(tmp_path, f"sqlite:///{tmp_path}/test.sqlite")), 0)
    served = Served(tmp_path)
    try:
        served.wait_until(lambda: served.is_up() and len(served.children()) == 3)
        yield served
    finally:
        served.process.terminate()
        assert served.process.wait(PATIENCE) == 0


@contextmanager
def visitors(served: Served) -> Iterator[None]:
    """People who ask all the time; none of them gets an error."""
    done, failed = threading.Event(), []
    answered = [0] * CLIENTS

    def ask(number: int) -> None:
        while not done.is_set():
            try:
                status = served.get(PAGES[answered[number] % 2])
                if status != 200:
                    failed.append(str(status))
            except (OSError, http.client.HTTPException) as error:
                failed.append(repr(error))
            answered[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert all(answered)


def test_no_request_fails_while_a_server_hands_over_and_over(served: Served) -> None:
    with visitors(served):
        for _time in range(2 if CHAOS else 1):
            served.reload()


def test_a_successor_that_cannot_begin_changes_nothing(served: Served) -> None:
    before = served.children()
    served.script.write_text(BROKEN)
    served.process.send_signal(signal.SIGHUP)
    served.wait_until(lambda: "the old one goes on: it is broken" in served.log.read_text())

    assert served.children() == before
    assert served.get("/en/") == 200
    served.script.write_text(served.whole)
    served.reload()
    assert served.get("/en/") == 200


# --- the parts ----------------------------------------------------------------------------------


def test_whether_a_successor_can_begin_is_asked_of_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert can_begin(["true"])
    assert not can_begin(["sh", "-c", "echo first >&2; echo the reason >&2; exit 1"])
    assert not can_begin(["/nowhere/lms"])
    monkeypatch.setattr(succession, "PATIENCE", 0.1)
    assert not can_begin(["sleep", "60"])
    reasons = [record.args for record in caplog.records]
    assert reasons == [("the reason",), ("FileNotFoundError",), ("TimeoutExpired",)]


def test_without_a_successor_nothing_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(succession.COMMAND, "false")
    with socket.socket() as listening:
        take_our_place(listening, Lifeline(1), [], lambda: pytest.fail("it was"))


def test_the_command_is_called_by_the_name_it_was_called_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["/x/__main__.py", "serve"])
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "lms.cli", "serve"])
    monkeypatch.delenv(succession.COMMAND, raising=False)
    assert started_by() == [sys.executable, "-m", "lms.cli", "serve"]
    monkeypatch.setenv(succession.COMMAND, "/opt/npoc-learn/current/.venv/bin/lms")
    assert started_by() == ["/opt/npoc-learn/current/.venv/bin/lms", "serve"]


def stubborn(folder: Path) -> subprocess.Popen[bytes]:
    """A process that does not end when it is asked to."""
    process = subprocess.Popen(["sh", "-c", f"trap '' TERM; touch {folder}/up; exec sleep 60"])
    while not (folder / "up").exists():
        time.sleep(0.01)
    return process


def test_who_was_before_us_ends_when_ours_have_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["sleep", "60"]) as before:
        monkeypatch.setenv(succession.PREDECESSORS, str(before.pid))
        predecessors, begun = Predecessors(), threading.Event()
        assert succession.PREDECESSORS not in os.environ
        predecessors.end_after(begun.wait)
        assert before.poll() is None
        begun.set()
        predecessors.end_now(60)


@pytest.mark.parametrize("server_ends", [True, False])
def test_who_does_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, server_ends: bool
) -> None:
    monkeypatch.setattr(succession, "LONGEST", 60 if server_ends else 0.1)
    with stubborn(tmp_path) as before:
        monkeypatch.setenv(succession.PREDECESSORS, str(before.pid))
        predecessors = Predecessors()
        predecessors.end_after(lambda: None)
        predecessors.end_now(0.1 if server_ends else 60)


def test_where_nobody_was_before_us_there_is_nothing_to_end() -> None:
    Predecessors().end_now(60)


def test_the_server_listens_on_both_kinds_of_addresses() -> None:
    for host in ("127.0.0.1", "::1"):
        with listen(host, 0, backlog=1) as listening:
            assert listening.getsockname()[0] == host
            assert not listening.getblocking()


def test_a_socket_that_has_the_right_number_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen("127.0.0.1", 0, backlog=1) as listening:
        monkeypatch.setattr(listening_module, "FIRST", listening.fileno())
        assert hand_over(listening)["LISTEN_FDS"] == "1"
        assert os.get_inheritable(listening.fileno())


def test_a_socket_with_another_number_gets_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen("127.0.0.1", 0, backlog=1) as listening, socket.socket() as spare:
        monkeypatch.setattr(listening_module, "FIRST", spare.fileno())
        assert hand_over(listening)["LISTEN_PID"] == str(os.getpid())
        assert os.path.sameopenfile(listening.fileno(), spare.fileno())


def test_who_is_to_end_takes_no_more_connections() -> None:
    before = signal.getsignal(DEAFEN)
    try:
        with listen("127.0.0.1", 0, backlog=1) as listening:
            address = listening.getsockname()
            deafen_when_asked(listening)
            os.kill(os.getpid(), DEAFEN)
            with pytest.raises(ConnectionRefusedError):  # no other process shares it
                socket.create_connection(address)
            with pytest.raises(BlockingIOError):
                listening.accept()
    finally:
        signal.signal(DEAFEN, before)


def test_a_terminal_that_goes_ends_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _number: True)
    before = signal.getsignal(signal.SIGHUP)
    server = SimpleNamespace(signal_handler_interrupt=lambda *_what: None)
    try:
        heed_the_terminal(server)  # type: ignore[arg-type]
        assert signal.getsignal(signal.SIGHUP) is server.signal_handler_interrupt
    finally:
        signal.signal(signal.SIGHUP, before)
