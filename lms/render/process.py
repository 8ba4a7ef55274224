"""The render process: makes PDFs in a child that is started for the first one and ends when idle.

WeasyPrint with our fonts takes two seconds to start and 150 MB to keep: only while it is needed.
"""

import multiprocessing
import signal
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, overload

from lms.render.issuing import Issued, Order, issued
from lms.render.record import RecordFacts, record_pdf
from lms.render.report import ReportFacts, report_pdf

Facts = Order | RecordFacts | ReportFacts
PAGES: Mapping[type[Facts], Callable[[Any], bytes | Issued]] = {
    Order: issued,
    RecordFacts: record_pdf,
    ReportFacts: report_pdf,
}
"""What makes the pages of which facts."""

IDLE = 60
"""Seconds without work after which the child ends by itself."""
PATIENCE = 60
"""Seconds a page may take; then the child is ended."""
FAREWELL = 5
"""Seconds the child has to tidy up after itself before it is killed."""


class NotRendered(Exception):
    """The page could not be made, and why."""


class RenderProcess:
    """One child at a time. Not to be shared between threads."""

    def __init__(self, *, idle: float = IDLE, patience: float = PATIENCE) -> None:
        self.idle, self.patience = idle, patience
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    @overload
    def make(self, facts: Order) -> Issued: ...

    @overload
    def make(self, facts: RecordFacts | ReportFacts) -> bytes: ...

    def make(self, facts: Facts) -> bytes | Issued:
        """The PDF. Raises NotRendered; the next page gets a new child if this one died."""
        pipe = self._started()
        try:
            pipe.send(facts)
            if not pipe.poll(self.patience):
                raise NotRendered(f"no page within {self.patience} s")
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise NotRendered("the render process ended") from error
        except NotRendered:
            self.stop()
            raise
        if isinstance(answer, NotRendered):
            raise answer
        made: bytes | Issued = answer
        return made

    def stop(self) -> None:
        """End the child, if there is one: it ends by itself when the pipe is closed."""
        if self._child is not None and self._pipe is not None:
            self._pipe.close()
            self._child.join(FAREWELL)
            self._child.kill()
            self._child.join()
            self._child.close()
        self._child = self._pipe = None

    @property
    def is_running(self) -> bool:
        """Whether a child is there; it may end by itself at any time."""
        return self._child is not None and self._child.is_alive()

    def _started(self) -> Connection:
        """The pipe to a living child. A new program, not a fork: this process has threads."""
        if self._pipe is None or not self.is_running:
            self.stop()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._child = context.Process(target=serve, args=(theirs, self.idle), daemon=True)
            self._child.start()
            theirs.close()
            self._pipe = ours
        return self._pipe


def serve(pipe: Connection, idle: float) -> None:
    """In the child: answer facts with bytes, or with the reason why not, until nothing comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act on
    while pipe.poll(idle):
        try:
            facts: Facts = pipe.recv()
        except EOFError:  # the parent is gone
            return
        try:
            answer: bytes | Issued | NotRendered = PAGES[type(facts)](facts)
        except Exception as error:  # one bad page must not end the process
            answer = NotRendered(f"{type(error).__name__}: {error}")
        pipe.send(answer)
