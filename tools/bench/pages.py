"""What is measured: the pages that people open most, and an attempt from opening to its result."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tools.bench import cohort, course
from tools.bench.client import Client
from tools.bench.crowd import attempt_of
from tools.bench.servers import Server

COURSE = f"/en/courses/{course.SLUG}/"
LESSON = f"{COURSE}module-2/lesson-4"
QUIZ = f"{COURSE}module-1/quiz"
ATTEMPT = "an attempt of ten questions (4 requests)"
LESSON_SIGNED_IN, LESSON_VISITOR = "a lesson, signed in", "a lesson, visitor"


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and who asks for it. path: of the page that this learner asks for."""

    name: str
    path: Callable[[int], str]
    signed_in: bool = True

    def ask(self, client: Client, learner: int) -> None:
        """Ask once; an answer that is no page ends the bench."""
        answer = client.get(self.path(learner), learner if self.signed_in else None)
        if answer.status != 200:
            raise SystemExit(f"{self.name}: {answer.status}")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Opening, answering and handing in, without JavaScript; each learner once."""

    name: str = ATTEMPT

    def ask(self, client: Client, learner: int) -> None:
        """Four requests."""
        started = client.post(f"{QUIZ}/attempts", learner, {})
        address = started.headers["location"]
        form = client.get(address, learner).text
        names = sorted(set(re.findall(r'name="(q\d+)"', form)))
        counter = re.findall(r'name="counter" value="(\d+)"', form)[0]
        answers = dict.fromkeys(names, "1") | {"counter": counter, "submit": "1"}
        result = client.post(address, learner, answers).headers["location"]
        if len(names) != 10 or client.get(result, learner).status != 200:
            raise SystemExit(f"{self.name}: it has {len(names)} questions")


Measured = Page | Attempt

PAGES: Sequence[Measured] = (
    Page(LESSON_VISITOR, lambda _n: LESSON, signed_in=False),
    Page(LESSON_SIGNED_IN, lambda _n: LESSON),
    Page("the course, visitor", lambda _n: COURSE, signed_in=False),
    Page("the course, signed in", lambda _n: COURSE),
    Page("the catalogue, signed in", lambda _n: "/en/"),
    Page("a quiz's start page", lambda _n: QUIZ),
    Page("my learning", lambda _n: "/en/my-learning"),
    Page("the result of an attempt", lambda n: f"/en/attempts/{attempt_of(n)}/result"),
    Page("the account", lambda _n: "/en/account"),
    Page(cohort.DESK, lambda _n: cohort.PATH),
    Attempt(),
)
LIMIT = Page("the limit", lambda _n: "/", signed_in=False)


class Stopwatch:
    """CPU milliseconds per request of a server's whole process tree, round by round."""

    def __init__(self, server: Server, learners: int) -> None:
        self.rounds: dict[str, list[float]] = {}
        self._server, self._client, self._learners = server, Client(server.port), learners
        self._next = 0

    def round(self, measured: Measured, requests: int) -> None:
        """So many requests, each from another learner."""
        before = self._server.cpu()
        for _ in range(requests):
            measured.ask(self._client, self._learner())
        spent = (self._server.cpu() - before) / requests * 1000
        self.rounds.setdefault(measured.name, []).append(spent)

    def warm(self, measured: Measured) -> None:
        """Let every web worker make what it keeps."""
        for _ in range(24):
            measured.ask(self._client, self._learner())

    def cost(self, measured: Measured) -> float:
        """The median of all rounds."""
        return median(self.rounds[measured.name])

    def _learner(self) -> int:
        self._next = (self._next + 7) % self._learners
        return self._next
