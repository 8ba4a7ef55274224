"""The worker: does what the rows say must be done, when it is woken and every few seconds.

What there is to do stands in the database (a mail not sent, a certificate without its file), so
killing a worker at any moment loses nothing: the next one reads the rows again.
"""

import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask, current_app

from lms.database import begin_writing, db
from lms.domain import forgetting
from lms.domain.learning import dues, earning, marking
from lms.printing import Press
from lms.sending import send_waiting_mail
from lms.waking import Bell

log = logging.getLogger(__name__)

EVERY = 20.0
"""Seconds after which a job looks by itself, in case nobody rang."""
HOUR = 3600.0
PULSE = 0.5
"""Seconds between two looks into the queue."""

Deed = Callable[[], object]
Job = Callable[[], AbstractContextManager[Deed]]


# --- what is done -------------------------------------------------------------------------------


@contextmanager
def mail() -> Iterator[Deed]:
    """Send what waits in the outbox."""
    yield send_waiting_mail


@contextmanager
def certificates() -> Iterator[Deed]:
    """Make the PDFs that are missing."""
    press = Press()
    try:
        yield press.make_waiting
    finally:
        press.process.stop()


@contextmanager
def attempts() -> Iterator[Deed]:
    """Hand in the quizzes whose time is over."""
    yield lambda: until_nothing_is_left(marking.close_overdue)


@contextmanager
def editions() -> Iterator[Deed]:
    """After a publication, look for people who have earned the certificate by it."""
    yield lambda: until_nothing_is_left(earning.recheck_next_edition)


@contextmanager
def newcomers() -> Iterator[Deed]:
    """Remind who has not confirmed their address; in the end, forget them."""
    days = int(current_app.config["UNCONFIRMED_DAYS"])

    def remind_and_forget() -> None:
        until_nothing_is_left(lambda: forgetting.remind_next(days))
        until_nothing_is_left(lambda: forgetting.forget_next(days))

    yield seldom(remind_and_forget)


@contextmanager
def due_lessons() -> Iterator[Deed]:
    """Tell people what is due soon: nobody minds ten minutes."""
    yield seldom(lambda: until_nothing_is_left(dues.tell_next), 600)


JOBS: tuple[Job, ...] = (mail, certificates, attempts, editions, newcomers, due_lessons)
"""All that is done in the background: each in a thread of its own, so that none waits for another."""


def seldom(deed: Deed, seconds: float = HOUR) -> Deed:
    """Do it at the first call, and then only when so long has passed since it last went well."""
    due = -math.inf

    def look() -> None:
        nonlocal due
        if time.monotonic() >= due:
            deed()
            due = time.monotonic() + seconds

    return look


def until_nothing_is_left(deed: Callable[[], int]) -> None:
    """Do it, each time in a transaction of its own, until it says that nothing was left."""
    while True:
        begin_writing()
        did = deed()
        db.session.commit()
        if not did:
            return


# --- the worker ---------------------------------------------------------------------------------


def run_worker(app: Flask) -> None:
    """Work until SIGTERM or SIGINT; then finish what is under way and return."""
    worker = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


class Worker:
    """One thread for each job, and this one that listens for the bell."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...] = JOBS, *, every: float = EVERY) -> None:
        self.is_stopping = False
        self._app, self._every = app, every
        self._threads = [Thread(self, job) for job in jobs]

    def run(self) -> None:
        """Until stop() is called."""
        bell: Bell = self._app.extensions["bell"]
        for thread in self._threads:
            thread.start()
        while not self.is_stopping:
            time.sleep(PULSE)
            if bell.rang():
                self._call()
        self._call()
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Begin no more work. Sets a plain value: a lock in a signal handler could wait for ever."""
        self.is_stopping = True

    def work(self, thread: "Thread") -> None:
        """What a thread does: the job at once, at each call, and every few seconds."""
        with self._app.app_context(), thread.job() as deed:
            while not self.is_stopping:
                thread.called.clear()
                try:
                    deed()
                except Exception:  # a job that fails is tried again; the others go on
                    log.exception("the job %s failed", thread.name)
                db.session.rollback()
                thread.called.wait(self._every)
            db.session.remove()

    def _call(self) -> None:
        for thread in self._threads:
            thread.called.set()


class Thread(threading.Thread):
    """The thread of one job, and how it is called."""

    def __init__(self, worker: Worker, job: Job) -> None:
        super().__init__(name=getattr(job, "__name__", "job"))
        self.job, self.called = job, threading.Event()
        self._worker = worker

    def run(self) -> None:
        """Work until the worker stops."""
        self._worker.work(self)
