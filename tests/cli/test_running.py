"""Which server runs here, and asking it to load itself anew."""

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from lms.cli import running

pytestmark = pytest.mark.once
FORK = multiprocessing.get_context("fork")


def serve(folder: Path, ready: Path) -> None:
    """As `lms serve`, until SIGHUP."""
    held = running.announce(folder)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    ready.touch()
    signal.sigwait({signal.SIGHUP})
    held.close()


def start(folder: Path, name: str) -> BaseProcess:
    """A server, when it has begun."""
    ready = folder / name
    process = FORK.Process(target=serve, args=(folder, ready))
    process.start()
    while not ready.exists():
        process.join(0.01)
    return process


def test_the_first_server_of_a_folder_is_the_one_that_is_asked(tmp_path: Path) -> None:
    first, second = start(tmp_path, "first"), start(tmp_path, "second")

    assert running.reload(tmp_path)
    first.join(30)
    assert first.exitcode == 0
    assert second.is_alive()
    os.kill(second.pid or 0, signal.SIGHUP)
    second.join()


def test_a_server_that_was_killed_is_none(tmp_path: Path) -> None:
    assert not running.reload(tmp_path)
    process = start(tmp_path, "one")
    process.kill()
    process.join()

    assert not running.reload(tmp_path)
