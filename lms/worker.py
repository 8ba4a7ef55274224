"""The worker: does what jobs.py lists, when it is woken and every few seconds, until it is told to stop."""

import logging
import signal
import threading
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.database import begin_writing, db
from lms.domain import failures
from lms.jobs import JOBS, Job
from lms.waking import Bell

log = logging.getLogger(__name__)

EVERY = 20.0
"""Seconds after which a job looks by itself, in case nobody rang."""
PULSE = 0.5
"""Seconds between two looks into the queue."""


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
        failed = True  # perhaps, in the hands of a worker before this one
        with self._app.app_context(), thread.job() as deed:
            while not self.is_stopping:
                thread.called.clear()
                try:
                    deed()
                    if failed:
                        self._settle(thread.name)
                        failed = False
                except Exception as error:  # a job that fails is tried again; the others go on
                    log.exception("the job %s failed", thread.name)
                    failed = True
                    self._note(thread.name, error)
                db.session.rollback()
                thread.called.wait(self._every)
            db.session.remove()

    def _note(self, job: str, error: Exception) -> None:
        """For the page that shows what failed; the log has it, whatever becomes of this."""
        try:
            begin_writing()
            reason = failures.reason_of(error)
            failures.note(job, "", reason, pause=timedelta(seconds=self._every))
            db.session.commit()
        except SQLAlchemyError:
            log.warning("the failure of the job %s is only in this log", job)

    def _settle(self, job: str) -> None:
        begin_writing()
        failures.settle(job, "")
        db.session.commit()

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
