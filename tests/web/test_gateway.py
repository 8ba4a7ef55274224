"""How the server calls the application: bodies, headers, and what is not whole."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask import Flask, Response, request

from lms.web import gateway
from lms.web.gateway import Gateway


@dataclass
class Call:
    """One request as the server hands it over; iterated, it is the body in parts."""

    parts: list[bytes] = field(default_factory=list)
    length: str | None = None
    more: dict[str, list[str]] = field(default_factory=dict)
    method: str = "POST"
    path: str = "/päth"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "[::1]:5000"
    scheme: str = "http"
    query_string: str = "x=1"
    authority: str | None = None
    stalls: bool = False
    breaks: bool = False
    said: tuple[int, dict[str, str], bytes] = (0, {}, b"")

    @property
    def headers(self) -> "Headers":
        """Names in small letters, as the server has them."""
        pairs = [(name, value) for name, values in self.more.items() for value in values]
        if self.method != "POST":
            return Headers(pairs)
        length = self.length if self.length is not None else str(len(b"".join(self.parts)))
        return Headers([("content-length", length), ("content-type", "text/plain"), *pairs])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.stalls:
            await asyncio.sleep(60)
        if self.breaks:
            raise OSError("No space left on device")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """What was answered."""
        self.said = status, dict(headers), body


class Headers(dict[str, str]):
    """The last of each name; ``items()`` has them all."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """As the server has them."""
        return self.pairs


@pytest.fixture
def echo(app: Flask) -> Flask:
    """An application that says what it got."""
    plain = Flask("echo")
    plain.config["WEB_THREADS"] = 2

    @plain.route("/<path:path>", methods=["GET", "HEAD", "POST"])
    def say(path: str) -> Response:
        names = ("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "HTTP_COOKIE", "HTTP_X_ONE")
        facts = "|".join(str(request.environ.get(name)) for name in names)
        body = request.get_data(as_text=True)
        return Response(f"{request.method} {path} {request.args} {facts} {body}")

    return plain


def call(app: Flask, request: Call, *, patience: float = 60) -> tuple[int, str]:
    """The answer to one request; in a thread, because a browser test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(
            lambda: asyncio.run(Gateway(app, patience=patience).__rsgi__(request, request))
        ).result()
    status, _headers, body = request.said
    return status, body.decode()


def test_a_request_arrives_as_it_was_sent(echo: Flask) -> None:
    more = {
        "cookie": ["a=1", "b=2"],
        "x-one": ["1", "2"],
        "x_one": ["forged"],
        "host": ["learn.example"],
    }
    status, body = call(echo, Call([b"one ", "zwölf".encode()], more=more))

    assert status == 200
    said = "POST päth ImmutableMultiDict([('x', '1')]) ::1|127.0.0.1|8000|a=1; b=2|1,2 one zwölf"
    assert body == said


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_has_no_body(echo: Flask, method: str) -> None:
    status, body = call(echo, Call(method=method))

    assert (status, body.partition(" ")[0]) == (200, "GET" if method == "GET" else "")


def test_an_application_may_answer_in_any_way_that_wsgi_knows(echo: Flask) -> None:
    def plain(_environ: object, start_response: Callable[..., Callable[[bytes], object]]) -> object:
        start_response("201 Created", [])(b"written, ")
        return [b"returned"]

    echo.wsgi_app = plain  # type: ignore[method-assign,assignment]

    assert call(echo, Call(method="GET")) == (201, "written, returned")


def test_a_large_body_waits_in_a_file(echo: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "IN_MEMORY", 10)

    assert call(echo, Call([b"x" * 8] * 3))[1].endswith("x" * 24)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Call([b"half"], length="8"), 400),
        (Call([b"half"], length="8", stalls=True), 408),
        (Call([b"x"], more={"transfer-encoding": ["chunked"]}), 411),
        (Call([b"x"], breaks=True), 503),
    ],
)
def test_what_is_not_whole_reaches_no_page(echo: Flask, request_: Call, status: int) -> None:
    said, body = call(echo, request_, patience=0.2)

    assert said == status
    assert "POST" not in body
    assert request_.said[1]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("length", [str(gateway.LARGEST + 1), "9" * 30, "-1", "²"])
def test_a_body_that_says_an_impossible_length_is_not_read(echo: Flask, length: str) -> None:
    assert call(echo, Call([b"never read"], length=length))[1].endswith("|None|None ")
