"""`lms serve` and `lms worker`: the processes that run."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, pass_script_info, with_appcontext
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from sqlalchemy.exc import OperationalError

from lms import logs
from lms import worker as background_worker
from lms.cli import running
from lms.cli.freezing import freeze
from lms.cli.keys import refuse_other_keys
from lms.cli.lifeline import Lifeline
from lms.cli.listening import deafen_when_asked, listen
from lms.cli.prepare import bring_up_to_date
from lms.cli.succession import Predecessors, take_our_place
from lms.cli.tending import Server
from lms.database import db

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
@click.option(
    "--check", is_flag=True, help="Only say whether the settings are good enough to begin."
)
@click.option("--without-worker", is_flag=True, help="Leave the background work to `lms worker`.")
@with_appcontext
def serve(*, prepare: bool, check: bool, without_worker: bool) -> None:
    """Serve the web pages, and do the background work beside them."""
    if check:
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if prepare:
        in_a_process_of_its_own(bring_up_to_date)
    write_log(app)
    look_at_the_keys()
    freeze()
    listening, predecessors, lifeline = open_socket(), Predecessors(), Lifeline(PATIENCE)
    known = running.announce(Path(app.config["INSTANCE_FOLDER"]))
    server = new_server(listening)
    background = Background(lambda: background_worker.run_worker(app), lifeline)
    server.on_startup(lambda: predecessors.end_after(server.wait_until_begun))
    server.on_startup(lambda: heed_the_terminal(server))
    server.on_startup((lambda: None) if without_worker else background.start)
    server.on_reload(lambda: take_our_place(listening, lifeline, server.web, background.stop))
    try:
        server.serve(target_loader=lambda _name: held(lifeline, listening), wrap_loader=True)
    finally:
        background.stop()
        predecessors.end_now(PATIENCE)
        known.close()


def open_socket() -> socket.socket:
    """Where HOST and PORT say, unless we are handed one."""
    settings = current_app.config
    try:
        return listen(settings["HOST"], settings["PORT"], backlog=CONNECTIONS)
    except OSError as error:
        address = f"{settings['HOST']}:{settings['PORT']}"
        raise click.ClickException(f"Cannot listen on {address}: {error}") from error


def new_server(listening: socket.socket) -> Server:
    """With what the settings say."""
    settings = current_app.config
    return Server(
        "wsgi:gateway",
        listening,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # what proxies speak; it alone closes connections that say nothing
        websockets=False,
        workers=settings["WEB_WORKERS"],
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels(settings["LOG_LEVEL"]),
        log_dictconfig=logs.PASSED_ON,
        working_dir=ROOT,
    )


def heed_the_terminal(server: Server) -> None:
    """SIGHUP asks a service to load itself anew; from a terminal it says that the terminal is gone."""
    if os.isatty(0):
        signal.signal(signal.SIGHUP, server.signal_handler_interrupt)


def look_at_the_keys() -> None:
    """Refuse to start with others. While the database is away, pages say so, and it comes back."""
    try:
        refuse_other_keys()
    except OperationalError as error:
        click.echo(f"The keys were not compared; the database says: {error.orig}", err=True)


def held(lifeline: Lifeline, listening: socket.socket) -> object:
    """In the fork of a web worker: what it serves."""
    lifeline.hold()
    deafen_when_asked(listening)
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
    app = script.load_app()
    write_log(app)
    with app.app_context():
        look_at_the_keys()
        db.engine.dispose()
    background_worker.run_worker(app)


def write_log(app: Flask) -> None:
    """As the settings say."""
    production = app.config["ENVIRONMENT"] == "production"
    logs.configure(level=app.config["LOG_LEVEL"], production=production)
