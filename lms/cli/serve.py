"""`lms serve` and `lms worker`: the processes that run."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

import click
from flask import current_app
from flask.cli import ScriptInfo, pass_script_info, with_appcontext
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from lms import jobs
from lms.cli.lifeline import Lifeline
from lms.cli.prepare import bring_up_to_date
from lms.cli.tending import Server
from lms.cli.warming import freeze, warm

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 10
"""Seconds that a process has to finish what it is doing when it is asked to end."""
CONNECTIONS = 1000
"""Connections that each web process holds; one that waits costs little more than its number."""
PAUSE = 0.5
"""Seconds until a worker that ended is started again."""
FORK = multiprocessing.get_context("fork")


@click.command()
@click.option("--prepare", is_flag=True, help="First do what `lms prepare` does.")
@with_appcontext
def serve(*, prepare: bool) -> None:
    """Serve the web pages, and do the background work beside them."""
    if prepare:
        in_a_process_of_its_own(bring_up_to_date)
    settings = current_app.config
    server = Server(
        "wsgi:gateway",
        address=settings["HOST"],
        port=settings["PORT"],
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # what proxies speak; it alone closes connections that say nothing
        websockets=False,
        workers=settings["WEB_WORKERS"],
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels(settings["LOG_LEVEL"]),
        working_dir=ROOT,
    )
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    warm(app)
    freeze()
    lifeline = Lifeline(PATIENCE)
    background = Background(lambda: jobs.run_worker(app), lifeline)
    server.on_startup(background.start)
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    try:
        server.serve(target_loader=lambda _name: held(lifeline), wrap_loader=True)
    except (OSError, RuntimeError) as error:  # granian says both for an address in use
        address = f"{settings['HOST']}:{settings['PORT']}"
        raise click.ClickException(f"Cannot listen on {address}: {error}") from error
    finally:
        background.stop()


def held(lifeline: Lifeline) -> object:
    """In the fork of a web worker: what it serves."""
    lifeline.hold()
    return import_module("wsgi").gateway


def in_a_process_of_its_own(deed: Callable[[], None]) -> None:
    """Do it and wait. The server forks its workers, and the threads of the object store, once
    started in this process, would be missing in them: their first look at a file would never end.
    """
    process = FORK.Process(target=deed)
    process.start()
    process.join()
    if process.exitcode:
        raise click.ClickException("The installation could not be brought up to date.")


class Background:
    """Keeps one process running that does this work, until it is told to stop.

    A fork, as the web workers are: what they all have in common is in memory once.
    """

    def __init__(self, work: Callable[[], None], lifeline: Lifeline) -> None:
        self._work, self._lifeline = work, lifeline
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: BaseProcess | None = None
        self._thread = threading.Thread(target=self._keep_running)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the process and wait for it; harmless when it never began."""
        with self._lock:  # from here on, none is started
            self._stopping.set()
        if self._process is not None:
            end(self._process)
            self._thread.join()

    def _keep_running(self) -> None:
        """Wait for its end without looking again and again: that would keep an idle machine awake."""
        while process := self._started():
            process.join()
            if not self._stopping.wait(PAUSE):
                click.echo(f"The worker ended ({process.exitcode}); starting it again.", err=True)

    def _started(self) -> BaseProcess | None:
        """A new one, until we are to stop."""
        with self._lock:
            if self._stopping.is_set():
                return None
            self._process = FORK.Process(target=_apart, args=(self._work, self._lifeline))
            self._process.start()
            return self._process


def _apart(work: Callable[[], None], lifeline: Lifeline) -> None:
    """In the fork. A session of its own: Ctrl-C goes to the server only, which ends us in its own time."""
    lifeline.hold()
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # the server's ways are not ours
    work()


def end(process: BaseProcess) -> None:
    """Ask it to end; insist when it does not. Harmless when it has ended."""
    process.terminate()
    process.join(PATIENCE)
    process.kill()
    process.join()


@click.command()
@pass_script_info
def worker(script: ScriptInfo) -> None:
    """Do the background work: send mail, make certificates, tidy up."""
    jobs.run_worker(script.load_app())
