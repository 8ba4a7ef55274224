"""Processes count in memory that they share."""

import multiprocessing
from collections.abc import Callable

import pytest

from lms.web import metrics
from lms.web.metrics import STATUSES, UPPER, Counts

pytestmark = pytest.mark.once
FORK = multiprocessing.get_context("fork")


def in_other_processes(times: int, deed: Callable[[], object]) -> None:
    """One after the other; each ends before the next begins."""
    for _time in range(times):
        process = FORK.Process(target=deed)
        process.start()
        process.join()
        assert process.exitcode == 0


def test_many_processes_count_together_and_nothing_is_lost_when_one_ends() -> None:
    counts = Counts(parts=2)
    in_other_processes(5, lambda: counts.add(3, 200, 0.02))
    counts.add(3, 404, 20)
    counts.add(3, 418, 0.001)
    row = counts.row(3)

    assert row[STATUSES.index(200)] == 5
    assert row[STATUSES.index(404)] == 1
    assert row[len(STATUSES)] == 1
    durations = row[len(STATUSES) + 1 : -1]
    assert durations == [1, 0, 5, *[0] * (len(UPPER) - 3), 1]
    assert row[-1] == pytest.approx(20.101)
    assert sum(counts.row(2)) == 0


def test_who_finds_no_part_of_its_own_uses_the_last() -> None:
    counts = Counts(parts=2)
    counts.add(0, 200, 1)
    in_other_processes(2, lambda: counts.add(0, 200, 1))

    assert counts.row(0)[0] == 3


def test_who_is_killed_while_it_looks_for_a_part_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE", 0.01)
    counts = Counts(parts=2)
    in_other_processes(1, counts._choosing.acquire)
    counts.add(0, 200, 1)

    assert counts.row(0)[0] == 1
