"""What browsers may keep: ETags, 304, compression, and never a private page in a shared cache."""

import zlib
from hashlib import blake2b

from flask import Flask, Response, g, request

LEAST = 500
"""Bytes below which compressing costs more than it saves."""


class Ready(Response):
    """An answer to which everything was done already."""


def init_app(app: Flask) -> None:
    """Finish every page."""
    app.after_request(finish)


def never_keep() -> None:
    """For results, accounts and certificates: this page is kept nowhere."""
    g.never_keep = True


def finish(response: Response) -> Response:
    """Say who may keep the page, answer 304 when the reader has it, else compress it."""
    if isinstance(response, Ready):
        return response
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = _rule(response)
        response.headers.add("Vary", "Cookie, Accept-Encoding")
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    if response.status_code == 200 and "no-store" not in response.headers["Cache-Control"]:
        _tell_apart(response)
    return response if "Content-Encoding" in response.headers else _compress(response)


def _tell_apart(response: Response) -> None:
    """Name this state of the page; 304 when the reader has it."""
    response.set_etag(blake2b(response.get_data(), digest_size=12).hexdigest(), weak=True)
    if "If-None-Match" in request.headers:
        response.make_conditional(request)


def _rule(response: Response) -> str:
    if g.get("never_keep") or response.status_code >= 400:
        return "no-store"
    if g.get("me") is not None or request.method not in {"GET", "HEAD"}:
        return "private, no-cache"
    if response.headers.getlist("Set-Cookie"):
        return "no-store"
    return "public, max-age=0, must-revalidate"


def _compress(response: Response) -> Response:
    data = response.get_data()
    if len(data) < LEAST or not request.accept_encodings["gzip"]:
        return response
    public = response.headers["Cache-Control"].startswith("public")
    packer = zlib.compressobj(9 if public else 6, zlib.DEFLATED, 31)  # public pages are sent often
    response.set_data(packer.compress(data) + packer.flush())
    response.headers["Content-Encoding"] = "gzip"
    return response
