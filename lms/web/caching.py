"""What browsers may keep: ETags, 304, compression, and never a private page in a shared cache."""

import zlib
from hashlib import blake2b

import brotli
from flask import Flask, Response, g, request

YEAR, MINUTE = 31_536_000, 60
LEAST = 500
"""Bytes below which compressing costs more than it saves."""
WINDOW, GZIP_WINDOW = 16, 16 + 14
"""How far back repetitions are looked for (2 to this power; zlib writes gzip's head from 16 on)."""


class Ready(Response):
    """An answer to which everything was done already."""


def init_app(app: Flask) -> None:
    """Finish every page."""
    app.after_request(finish)


def coding() -> str:
    """How this browser may get a page: "br", which all take over https, "gzip", or "" for as it is."""
    accepted = request.accept_encodings
    return next((one for one in ("br", "gzip") if accepted[one]), "")


def packed(data: bytes, coding: str) -> bytes:
    """What is made once and sent often: as small as it gets."""
    return _packed(data, coding, 10, 9)


def packed_soon(data: bytes, coding: str) -> bytes:
    """What is sent once: with little work."""
    return _packed(data, coding, 3, 4)


def keep_for_ever(response: Response) -> None:
    """What never changes under its address; browsers and proxies may keep it for a year."""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"


def for_programs(response: Response) -> Response:
    """What programs of others read, on whatever page they run: wallets, and who checks badges."""
    response.headers.setdefault("Cache-Control", f"public, max-age={MINUTE}")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


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
    how = coding()
    if len(data) < LEAST or not how:
        return response
    is_kept = "shelving" in g and response.headers["Cache-Control"].startswith("public")
    response.set_data(packed(data, how) if is_kept else packed_soon(data, how))
    response.headers["Content-Encoding"] = how
    return response


def _packed(data: bytes, coding: str, br: int, gzip: int) -> bytes:
    if coding == "br":
        small: bytes = brotli.compress(data, brotli.MODE_TEXT, br, WINDOW)
        return small
    if coding == "gzip":
        packer = zlib.compressobj(gzip, zlib.DEFLATED, GZIP_WINDOW)
        return packer.compress(data) + packer.flush()
    return data
