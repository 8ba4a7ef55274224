"""The server's processes are started again, as often as they end."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from lms.cli import tending

pytestmark = pytest.mark.once


@dataclass
class Process:
    """What granian knows of one."""

    birth: float


class Tended(tending.Server):
    """A server whose processes only note that they were started; after some, it is asked to end."""

    def __init__(self, *, ends: list[int], enough: int, birth: float) -> None:
        self.interrupt_signal = self.reload_signal = False
        self.interrupt_children = ends
        self.main_loop_interrupt = threading.Event()
        self.main_loop_interrupt.set()
        self.wrks = [Process(birth), Process(birth)]
        self.started: list[int] = []
        self.enough = enough

    def _respawn_workers(self, workers: list[int], *_rest: Any, delay: float = 0) -> None:
        self.started += workers
        if len(self.started) == self.enough:
            self.signal_handler_interrupt()
        elif not self.interrupt_children:
            self.interrupt_children.append(workers[0])
            self.main_loop_interrupt.set()


def test_a_process_that_ends_again_and_again_is_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Tended(ends=[0, 1], enough=5, birth=time.monotonic() - 60)
    server._serve_loop(lambda: None, None)

    assert server.started == [0, 1, 1, 1, 1]


def test_when_the_server_is_asked_to_end_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Tended(ends=[0, 1], enough=1, birth=time.monotonic() - 60)
    server._serve_loop(lambda: None, None)

    assert (server.started, server.interrupt_children) == ([0], [])


def test_a_process_that_cannot_begin_keeps_nobody_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tending, "PAUSE", 0.1)
    server = Tended(ends=[0], enough=3, birth=time.monotonic() + 60)
    began = time.monotonic()
    server._serve_loop(lambda: None, None)

    assert time.monotonic() - began >= 0.3
