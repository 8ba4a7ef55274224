"""Security headers, the hosts we answer to, the proxies we believe, and how much we read."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.web import tracing
from lms.web.caching import Ready

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MOST = 2 * 2**20
"""Bytes of a request, unless a page that takes files allows more."""
MONITORED = {"/health", "/ready", "/metrics"}
OWN_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def init_app(app: Flask) -> None:
    """Any other Host gets 400; forwarded headers count only from trusted proxies."""
    host = urlsplit(str(app.config["PUBLIC_URL"])).hostname or ""
    own = OWN_MACHINE if app.config["ENVIRONMENT"] == "development" else ()
    app.config["TRUSTED_HOSTS"] = [host, *own]
    app.config["MAX_CONTENT_LENGTH"] = MOST
    app.wsgi_app = MonitorsAreWelcome(app.wsgi_app, host)  # type: ignore[method-assign]
    app.wsgi_app = TrustedProxies(app.wsgi_app, app.config["TRUSTED_PROXIES"])  # type: ignore[method-assign]
    app.after_request(_protect)


class TrustedProxies:
    """Believes X-Forwarded-* from so many proxies, or from these networks only."""

    def __init__(self, app: Any, proxies: Any) -> None:
        self.plain = app
        self.networks = proxies if isinstance(proxies, tuple) else None
        count = proxies if isinstance(proxies, int) else 1
        self.forwarded = ProxyFix(app, x_for=count, x_proto=count, x_host=count) if count else app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Choose by the address the connection came from."""
        if self._is_trusted(environ):
            return self.forwarded(environ, start_response)
        environ.pop(tracing.GIVEN, None)
        return self.plain(environ, start_response)

    def _is_trusted(self, environ: Any) -> bool:
        if self.networks is None:
            return self.forwarded is not self.plain
        peer = ip_address(environ.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 (nobody's address)
        return any(peer in network for network in self.networks)


class MonitorsAreWelcome:
    """Who asks how this machine is knows it by its address, not by the name of the site."""

    def __init__(self, app: Any, host: str) -> None:
        self._app, self._host = app, host

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """For their addresses, any host is ours."""
        if environ["PATH_INFO"] in MONITORED:
            environ["HTTP_HOST"] = self._host
        return self._app(environ, start_response)


def _protect(response: Response) -> Response:
    if isinstance(response, Ready):
        return response
    said = {name for name, _value in response.headers}
    response.headers.extend([pair for pair in HEADERS.items() if pair[0] not in said])
    return response
