"""Counts requests, by route and status, and how long they took; written as Prometheus reads it.

The processes that answer are forks of one, so they count in memory that they share: each in a part
of its own, which the next takes over when it ends. Nothing is written to a disk that may be full.
"""

import mmap
import multiprocessing
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from flask import Flask, Response, g, request

STATUSES = (200, 302, 303, 304, 400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)
OTHER = "other"
UPPER = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the durations that are counted together, in seconds."""
WIDTH = len(STATUSES) + 1 + len(UPPER) + 2
"""Numbers of one route: its statuses and others, its durations and longer ones, their sum."""
NOWHERE = "none"
"""The route of an address that leads nowhere."""
ROUTES = 500
"""Rows; memory that nobody writes to costs nothing."""
PART = 1 + ROUTES * WIDTH
"""Numbers of one process: its own, then a row for each route."""
PATIENCE = 1.0
"""Seconds to wait for others who look for a part; who is killed meanwhile must not stop the rest."""


def init_app(app: Flask) -> None:
    """Only where METRICS_TOKEN is set: else nothing is counted, and it costs nothing."""
    if app.config["METRICS_TOKEN"] is None:
        return
    counts = app.extensions["metrics"] = Counts(parts=int(app.config["WEB_WORKERS"]) + 2)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        row = routes(app)[request.endpoint or NOWHERE]
        counts.add(row, response.status_code, time.perf_counter() - g.began)
        return response


def text(app: Flask) -> Iterator[str]:
    """The counts of all processes."""
    counts: Counts = app.extensions["metrics"]
    rows = {name: row for name, place in routes(app).items() if any(row := counts.row(place))}
    yield "# HELP lms_requests_total Requests answered."
    yield "# TYPE lms_requests_total counter"
    for name, row in rows.items():
        for status, times in zip((*STATUSES, OTHER), row, strict=False):
            if times:
                yield f'lms_requests_total{{route="{name}",status="{status}"}} {times:.0f}'
    yield "# HELP lms_request_seconds How long the answers took."
    yield "# TYPE lms_request_seconds histogram"
    for name, row in rows.items():
        *durations, total = row[len(STATUSES) + 1 :]
        for bound, times in zip((*UPPER, "+Inf"), accumulate(durations), strict=True):
            yield f'lms_request_seconds_bucket{{route="{name}",le="{bound}"}} {times:.0f}'
        yield f'lms_request_seconds_sum{{route="{name}"}} {total:.6f}'
        yield f'lms_request_seconds_count{{route="{name}"}} {sum(durations):.0f}'


def routes(app: Flask) -> dict[str, int]:
    """Which row belongs to which endpoint: the same in all processes."""
    known: dict[str, int] = app.extensions.get("metrics routes", {})
    if not known:
        names = [NOWHERE, *sorted(app.view_functions)]
        known = app.extensions["metrics routes"] = {name: row for row, name in enumerate(names)}
    return known


class Counts:
    """The memory that the processes share."""

    def __init__(self, *, parts: int) -> None:
        self._cells = memoryview(mmap.mmap(-1, parts * PART * 8)).cast("d")
        self._parts = [part * PART for part in range(parts)]
        self._choosing = multiprocessing.get_context("fork").Lock()
        self._writing = threading.Lock()
        self._process, self._mine = 0, 0

    def add(self, route: int, status: int, seconds: float) -> None:
        """One more request."""
        with self._writing:
            if self._process != os.getpid():
                self._process, self._mine = os.getpid(), self._choose()
            row = self._mine + 1 + route * WIDTH
            place = STATUSES.index(status) if status in STATUSES else len(STATUSES)
            self._cells[row + place] += 1
            self._cells[row + len(STATUSES) + 1 + bisect_left(UPPER, seconds)] += 1
            self._cells[row + WIDTH - 1] += seconds

    def row(self, route: int) -> list[float]:
        """The sum of all parts."""
        starts = [part + 1 + route * WIDTH for part in self._parts]
        return [sum(self._cells[start + place] for start in starts) for place in range(WIDTH)]

    def _choose(self) -> int:
        """A part whose owner is no more; the last is for all who find none."""
        locked = self._choosing.acquire(timeout=PATIENCE)
        part = next(
            (one for one in self._parts[:-1] if _is_gone(self._cells[one])), self._parts[-1]
        )
        self._cells[part] = os.getpid()
        if locked:
            self._choosing.release()
        return part


def _is_gone(owner: float) -> bool:
    if owner:
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            return True
    return not owner
