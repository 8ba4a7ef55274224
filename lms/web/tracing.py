"""Each request has a number: it stands in every line of the log, and in the answer.

A trusted proxy may give it (`X-Request-ID`), so that the lines of both logs can be found together.
"""

import logging
import re
import secrets
from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, request

from lms.logs import REQUEST

HEADER = "X-Request-ID"
GIVEN = "HTTP_X_REQUEST_ID"
NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Before headers.py, which takes the number away that somebody else than a proxy gives."""
    app.wsgi_app = Numbered(app.wsgi_app)  # type: ignore[method-assign]
    app.after_request(_tell)


class Numbered:
    """The application, whose answers have numbers."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """As WSGI says it."""
        given = environ.get(GIVEN, "")
        number = given if NUMBER.fullmatch(given) else secrets.token_hex(8)
        REQUEST.set(number)

        def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Any:
            return start_response(status, [*headers, (HEADER, number)], info)

        parts: Iterable[bytes] = self._app(environ, start)
        return parts


def _tell(response: Response) -> Response:
    """By its rule: an address itself may hold a token."""
    if log.isEnabledFor(logging.DEBUG):
        log.debug("%s %s %s", request.method, request.url_rule, response.status_code)
    return response
