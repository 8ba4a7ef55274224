"""What asks: one request after the other over connections that stay open, as a browser's do."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, RemoteDisconnected
from itertools import cycle
from urllib.parse import urlencode

import brotli

from tools.bench.crowd import token_of

UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "": bytes,
}
CODINGS = "gzip, deflate, br"
"""What all browsers unpack that came over https."""
CONNECTIONS = 8
"""Enough that all web workers answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page, unpacked."""
        unpack = UNPACK[self.headers.get("content-encoding", "")]
        return unpack(self.body).decode()


class Client:
    """A crowd of browsers. ``learner`` says who is asking; None for a visitor."""

    def __init__(self, port: int) -> None:
        self._connections = cycle([HTTPConnection("127.0.0.1", port) for _ in range(CONNECTIONS)])

    def get(
        self, path: str, learner: int | None = None, etag: str = "", codings: str = CODINGS
    ) -> Answer:
        """A page, compressed. etag: of the one that the browser has."""
        more = {"If-None-Match": etag} if etag else {}
        return self._ask("GET", path, learner, None, {**more, "Accept-Encoding": codings})

    def post(self, path: str, learner: int, form: Mapping[str, str]) -> Answer:
        """A form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, learner, urlencode(form), headers)

    def _ask(
        self, method: str, path: str, learner: int | None, body: str | None, more: Mapping[str, str]
    ) -> Answer:
        headers = {
            "Accept": "text/html",
            "Accept-Encoding": CODINGS,
            "Accept-Language": "en",
            "Sec-Fetch-Site": "same-origin",
            **more,
        }
        if learner is not None:
            headers["Cookie"] = f"session={token_of(learner)}"
        connection = next(self._connections)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError):  # it was open for too long
            connection.close()
            connection.request(method, path, body, headers)
            response = connection.getresponse()
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, names, response.read())
