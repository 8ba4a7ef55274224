"""What the server forked ends when the server was killed, be it busy or stubborn."""

import os
import signal
import time
from pathlib import Path

import pytest

from lms.cli.lifeline import PIPE, Lifeline
from lms.cli.serve import FORK
from tests.safety.installation import installation, processes

pytestmark = pytest.mark.once
LONG = 30


def are_gone(pids: set[int]) -> bool:
    """Whether they end in time."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        if not pids & {pid for pid, _parent, _command in processes()}:
            return True
        time.sleep(0.05)
    return False


def test_when_the_server_is_killed_all_its_processes_end(tmp_path: Path) -> None:
    with installation(tmp_path) as here:
        children = {pid for pids in here.children().values() for pid in pids}
        os.kill(here.server, signal.SIGKILL)
        here.process.wait(LONG)

        assert len(children) == 3
        assert are_gone(children)


def test_who_does_not_listen_is_killed_a_little_later() -> None:
    lifeline = Lifeline(0.1)

    def stubborn() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        lifeline.hold()
        time.sleep(60)

    process = FORK.Process(target=stubborn)
    process.start()
    os.close(lifeline._servers)
    process.join(LONG)

    assert process.exitcode == -signal.SIGKILL


def test_first_it_is_asked_then_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    line, seen = Lifeline(0), []
    monkeypatch.setattr(os, "kill", lambda _pid, number: seen.append(number))
    os.close(line._servers)
    line._wait()
    assert seen == [signal.SIGTERM, signal.SIGKILL]
    os.close(line._ours)


def test_a_successor_holds_the_same_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Lifeline(1)
    monkeypatch.setenv(PIPE, line.hand_over()[PIPE])
    successor = Lifeline(1)
    assert (successor._ours, successor._servers) == (line._ours, line._servers)
    assert os.get_inheritable(line._servers)
    assert PIPE not in os.environ
    for end in (line._ours, line._servers):
        os.close(end)
