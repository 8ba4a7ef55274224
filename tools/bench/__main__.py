"""What each page costs: CPU milliseconds per request of the whole process tree, and what else is promised.

Times of a clock say little about a program on a machine that is shared. CPU time says more, and the
ratio to the limit says most: the limit is the least that a page can cost on the same server, measured
in turn with the pages, in the same minute. Read ``ratio``; milliseconds are for comparing runs on one
machine. ``tenfold`` is the same page with ten times the learners.
"""

import argparse
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tools.bench import certificates, cohort, crowd, imported, packed, plans, weights
from tools.bench.pages import (
    ATTEMPT,
    LESSON_SIGNED_IN,
    LESSON_VISITOR,
    LIMIT,
    PAGES,
    Attempt,
    Stopwatch,
)
from tools.bench.servers import LIMIT as LIMIT_SERVER
from tools.bench.servers import OURS, Server, running

FOLDER = crowd.ROOT / "tmp" / "bench"
MOST = {ATTEMPT: "10 ms", cohort.DESK: "25 ms"}
"""CPU that a page may cost, whatever the limit."""
BOUNDS = {LESSON_SIGNED_IN: 2.2, LESSON_VISITOR: 1.2}
"""Times the limit."""
REST = 30
"""Seconds for which the server is watched while nobody asks."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--learners", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=300, help="in each round, for each page")
    parser.add_argument("--once", action="store_true", help="without ten times the learners")
    wanted = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    sizes = [wanted.learners] if wanted.once else [wanted.learners, 10 * wanted.learners]
    installations = list(map(_made, sizes))
    with ExitStack() as stack:
        limit = stack.enter_context(running(installations[0], LIMIT_SERVER))
        ours = [stack.enter_context(running(one, OURS)) for one in installations]
        _costs(limit, ours, installations, wanted.rounds, wanted.requests)
        weights.tell(ours[0])
        plans.tell(installations[0])
        packed.tell(installations[0])
        imported.tell(installations[0])
        _rest(ours[0])
    certificates.tell()


def _made(learners: int) -> crowd.Installation:
    folder: Path = FOLDER / str(learners)
    folder.mkdir(parents=True)
    began = time.monotonic()
    installation = crowd.made(folder, learners)
    print(f"{learners:,} learners made in {time.monotonic() - began:.0f} s", flush=True)
    return installation


def _costs(
    limit: Server,
    ours: list[Server],
    installations: list[crowd.Installation],
    rounds: int,
    requests: int,
) -> None:
    base = Stopwatch(limit, 1)
    watches = [
        Stopwatch(server, one.learners) for server, one in zip(ours, installations, strict=True)
    ]
    base.warm(LIMIT)
    for watch in watches:
        for page in PAGES:
            watch.warm(page)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", end="\r", flush=True)
        for page in PAGES:
            base.round(LIMIT, requests)
            for watch in watches:
                watch.round(page, requests // 10 if isinstance(page, Attempt) else requests)
    print("\n".join(_table(base, watches)), flush=True)


def _table(base: Stopwatch, watches: list[Stopwatch]) -> Iterator[str]:
    least = base.cost(LIMIT)
    yield f"{'CPU per request':42}{'ms':>8}{'ratio':>8}{'bound':>8}{'tenfold':>9}"
    yield f"{'the limit':42}{least:8.2f}{1:8.2f}"
    for page in PAGES:
        cost = watches[0].cost(page)
        bound = BOUNDS.get(page.name)
        said = MOST.get(page.name) or (f"{bound:.2f}" if bound else "")
        growth = f"{watches[1].cost(page) / cost:9.2f}" if len(watches) > 1 else ""
        yield f"{page.name:42}{cost:8.2f}{cost / least:8.2f}{said:>8}{growth}"


def _rest(server: Server) -> None:
    """Memory and CPU while nobody asks."""
    time.sleep(3)
    before = server.cpu()
    time.sleep(REST)
    idle = (server.cpu() - before) / REST
    memory = server.memory()
    print(f"idle: {idle:.2%} of a CPU (bound 0.20%), {sum(memory.values()):.0f} MiB (bound 200)")
    for name, size in memory.items():
        bound = " (bound 60)" if name.startswith("web worker") else ""
        print(f"  {name:40}{size:8.1f} MiB{bound}")


if __name__ == "__main__":
    main()
