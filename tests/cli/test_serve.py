"""`lms serve`: the process beside the pages, and what happens when it cannot begin."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from lms.cli.lifeline import Lifeline
from lms.cli.serve import FORK, Background, end, in_a_process_of_its_own
from tests.cli.test_commands import run

serve = sys.modules["lms.cli.serve"]

pytestmark = pytest.mark.once
ROOT = Path(__file__).parent.parent.parent


def fail() -> None:
    raise SystemExit(3)


def test_an_installation_that_cannot_be_prepared_does_not_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_process_of_its_own(lambda: None)
    monkeypatch.setattr(serve, "bring_up_to_date", fail)
    done = run(app, "serve", "--prepare")
    assert (done.exit_code, "could not be brought up to date" in done.output) == (1, True)


def test_an_address_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "lms.cli", "serve"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "INSTANCE_FOLDER": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert f"Error: Cannot listen on 127.0.0.1:{port}" in done.stderr


def test_a_worker_that_ends_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"

    def work() -> None:
        with log.open("a") as file:
            file.write("x")
        time.sleep(0.2)

    monkeypatch.setattr(serve, "PAUSE", 0.05)
    background = Background(work, Lifeline(1))
    background.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not log.exists() or log.stat().st_size < 2):
        time.sleep(0.05)
    background.stop()

    assert log.stat().st_size >= 2


def test_stopping_what_never_began_is_harmless() -> None:
    Background(fail, Lifeline(1)).stop()


def test_a_process_that_will_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"

    def stubborn() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ready.touch()
        time.sleep(60)

    monkeypatch.setattr(serve, "PATIENCE", 0.2)
    process = FORK.Process(target=stubborn)
    process.start()
    while not ready.exists():
        time.sleep(0.01)

    end(process)

    assert process.exitcode == -signal.SIGKILL
