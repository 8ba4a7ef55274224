"""What a visit weighs on a slow line: bytes as they are sent, and requests."""

import re
from dataclasses import dataclass

from tools.bench import pace
from tools.bench.client import Client
from tools.bench.pages import LESSON
from tools.bench.servers import Server

_PART = re.compile(
    r'<(?:link rel="(?:icon|stylesheet)"|script type="module") (?:href|src)="([^"]+)"'
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Bytes by address, compressed, without headers."""

    parts: dict[str, int]

    @property
    def all(self) -> int:
        """Bytes of the whole visit."""
        return sum(self.parts.values())

    @property
    def scripts(self) -> int:
        """Bytes of JavaScript."""
        return sum(size for address, size in self.parts.items() if address.endswith(".js"))


def parts_of(html: str) -> list[str]:
    """What a browser fetches for a page, besides its pictures."""
    return _PART.findall(html)


def tell(server: Server) -> None:
    """A first visit of a lesson, the same again, and another lesson."""
    client = Client(server.port)
    page, gzipped = client.get(LESSON), client.get(LESSON, codings="gzip")
    parts = {LESSON: page, **{address: client.get(address) for address in parts_of(page.text)}}
    first = Visit({address: len(answer.body) for address, answer in parts.items()})
    again = client.get(LESSON, etag=page.headers["etag"])
    learner = client.get(LESSON, 10)
    print(f"a lesson, first visit: {first.all / 1024:.1f} KiB (bound 30), ", end="")
    print(
        f"{len(first.parts)} requests (bound 4), scripts {first.scripts / 1024:.1f} KiB (bound 5)"
    )
    print(f"the same again: {again.status}, {len(again.body) / 1024:.1f} KiB; ", end="")
    print(f"another lesson: {len(page.body) / 1024:.1f} KiB (bound 5), ", end="")
    print(f"by gzip {len(gzipped.body) / 1024:.1f}, ", end="")
    print(f"for a learner {len(learner.body) / 1024:.1f} KiB (bound 5)")
    pace.tell(server)
