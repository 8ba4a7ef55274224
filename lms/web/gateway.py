"""From the server to the pages: a request takes a thread only when all of it has arrived.

The server calls a WSGI application as soon as it has the headers; the thread then waits for the body,
and as many slow lines as there are threads keep everybody waiting. A body whose line breaks would
look as if it had ended there, and an answer would be overwritten by half a form. So the body is
collected beside the threads, within a time and a size, and what is not whole reaches no page.

Who reads and who writes have threads of their own: when the database is locked and all who write
wait for it, pages are read as ever.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from flask import Flask

from lms.web.access import SAFE

LARGEST = 64 * 2**20
"""Bytes of a body; pages allow much less. One that says it is larger is not read at all."""
IN_MEMORY = 2**20
"""Bytes of a body above which it waits in a file."""
PATIENCE = 60.0
"""Seconds in which a body must have arrived."""
BASIC = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}
Answer = tuple[int, list[tuple[str, str]], bytes]


class Unusable(Exception):
    """The body cannot be used: a status, and what is said to whoever is still there."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        self.answer: Answer = (status, headers, f"{sentence}\n".encode())


class Scope(Protocol):
    """What the server knows when it has the headers."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Any:
        """Like a dictionary, names in small letters; ``items()`` repeats those that were."""
        ...


class Gateway:
    """The application as the server calls it (the interface is called RSGI)."""

    def __init__(self, app: Flask, *, patience: float = PATIENCE) -> None:
        self._app, self._patience = app, patience
        count = app.config["WEB_THREADS"]
        self._readers = ThreadPoolExecutor(count, "reader")
        self._writers = ThreadPoolExecutor(count, "writer")

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Collect the body, then answer in a thread."""
        try:
            async with asyncio.timeout(self._patience):
                body = await collect(scope, protocol)
        except TimeoutError:
            late = Unusable(408, "This took too long to arrive. Try again.")
            protocol.response_bytes(*late.answer)
        except Unusable as error:
            protocol.response_bytes(*error.answer)
        except OSError:
            full = Unusable(503, "The server has no room for this at the moment. Try again later.")
            protocol.response_bytes(*full.answer)
        else:
            with body:
                threads = self._readers if scope.method in SAFE else self._writers
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(threads, self.answer, environment(scope, body))
            protocol.response_bytes(*answer)

    def answer(self, environ: dict[str, Any]) -> Answer:
        """What the application says, all of it: its pages are small."""
        said: list[Any] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _info: Any = None
        ) -> Callable[[bytes], object]:
            said[:] = int(status.split(" ", 1)[0]), headers
            return written.append

        parts = self._app(environ, start_response)
        try:
            written.extend(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = said
        return status, headers, b"".join(written)


async def collect(scope: Scope, protocol: Any) -> IO[bytes]:
    """The body from its beginning. One that is too large stays empty: the page refuses its length."""
    body: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed when it was used)
    try:
        await _fill(body, scope, protocol)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _fill(body: IO[bytes], scope: Scope, protocol: Any) -> None:
    length = _length(scope.headers)
    if not 0 < length <= LARGEST:
        return
    arrived = 0
    async for part in protocol:
        arrived += body.write(part)
    if arrived != length:  # the line broke, and nobody reads this any more
        raise Unusable(400, "This did not arrive as a whole. Try again.")


def _length(headers: Any) -> int:
    """What the browser says; a body of unknown length could not be told from a broken one."""
    if "transfer-encoding" in headers:
        raise Unusable(411, "Say how long the body is (Content-Length).")
    said: str = headers.get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0


def environment(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The request as WSGI says it (PEP 3333)."""
    environ = {
        **BASIC,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": _host(scope.server),
        "SERVER_PORT": scope.server.rpartition(":")[2],
        "REMOTE_ADDR": _host(scope.client),
        "HTTP_HOST": scope.authority or "",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        **_headers(scope.headers.items()),
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if (value := environ.pop(f"HTTP_{name}", None)) is not None:
            environ[name] = value
    return environ


def _headers(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Repeated ones joined. ``x_forwarded_for`` would be taken for ``x-forwarded-for``, so it is not."""
    joined: dict[str, str] = {}
    for name, value in items:
        if "_" in name:
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        separator = "; " if name == "cookie" else ","
        joined[key] = f"{joined[key]}{separator}{value}" if key in joined else value
    return joined


def _host(address: str) -> str:
    """``127.0.0.1:80`` → ``127.0.0.1``, ``[::1]:80`` → ``::1``."""
    return address.rpartition(":")[0].strip("[]")
