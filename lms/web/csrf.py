"""Refuses unsafe requests that another site made the browser send.

The browser itself says where a request comes from, so pages need no token: they can be cached, and
forms survive a long pause without a line.
"""

from urllib.parse import urlsplit

from flask import Flask, request

from lms.domain.errors import Denied, _
from lms.web.access import SAFE

EXEMPT: frozenset[str] = frozenset({"mails.use"})
"""Endpoints whose only authority is a token in the address or an Authorization header.

mails.use: mail programs send the click of RFC 8058 without cookies and without saying where from.
"""


def init_app(app: Flask) -> None:
    """Check every request before its view."""
    app.before_request(refuse_cross_site)


def refuse_cross_site() -> None:
    """Deny unless the browser says that one of our own pages sent this."""
    if request.method in SAFE or request.endpoint in EXEMPT:
        return
    if not _comes_from_here():
        raise Denied(
            _(
                "This form was not sent from one of our own pages. Open the page again and try once more."
            )
        )


def _comes_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.host
