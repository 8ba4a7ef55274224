"""A provider of OpenID Connect on this machine: discovery, keys, code flow with PKCE, and mistakes."""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from tests.postgres import free_port

CLIENT, SECRET = "learn", "a secret of the provider"


@dataclass
class OpenIdProvider:
    """What it says of the person who is signed in there, and what it does wrong.

    wrong: changes of the ID token's claims. status: of every answer; 200 when all is well.
    """

    issuer: str
    person: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    algorithm: str = "RS256"
    status: int = 200
    nonsense: bool = False
    token: str = ""
    """Sent instead of an ID token."""
    in_userinfo: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """One request."""
        request = Request(environ)
        self.asked.append(request.path)
        pages = {
            "/.well-known/openid-configuration": self.description,
            "/keys": self.keys,
            "/authorize": self.authorize,
            "/token": self.give,
            "/userinfo": self.userinfo,
        }
        broken = self.status != 200
        response = Response("broken", self.status) if broken else pages[request.path](request)
        return response(environ, start_response)

    def description(self, _request: Request) -> Response:
        """Discovery."""
        if self.nonsense:
            return as_json(["no object"])
        return as_json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.described,
            }
        )

    def keys(self, _request: Request) -> Response:
        """Public keys only."""
        return as_json(KeySet([self.key]).as_dict(private=False))

    def authorize(self, request: Request) -> Any:
        """Somebody is signed in here already, and agrees."""
        asked = dict(request.args.items())
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return redirect(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        )

    def give(self, request: Request) -> Response:
        """Tokens for a code, once, to who can show the verifier and the client's secret."""
        asked = self.codes.pop(request.form["code"], None)
        verifier = sha256(request.form.get("code_verifier", "").encode()).digest()
        shown = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        known = request.authorization
        named = (
            (known.username, known.password)
            if known
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        if asked is None or shown != asked["code_challenge"] or named != (CLIENT, SECRET):
            return as_json({"error": "invalid_grant"}, 400)
        assert request.form["redirect_uri"] == asked["redirect_uri"]
        token = self.token or self.id_token(asked["nonce"])
        return as_json({"access_token": "access", "token_type": "Bearer", "id_token": token})

    def id_token(self, nonce: str) -> str:
        """Signed, with whatever is to be wrong."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-7",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.wrong,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": getattr(self.key, "kid", None)}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def userinfo(self, request: Request) -> Response:
        """More about the person."""
        assert request.headers["Authorization"] == "Bearer access"
        return as_json(self.in_userinfo)


def as_json(value: Any, status: int = 200) -> Response:
    """An answer."""
    return Response(json.dumps(value), status, mimetype="application/json")


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says ``alg: none``."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none"}, claims)
    ]
    return ".".join([*parts, ""])


def shared_key() -> OctKey:
    """The client's secret as a key, with which anybody who has it could sign."""
    return OctKey.import_key(SECRET)


def other_key() -> ECKey:
    """A key of somebody else."""
    return ECKey.generate_key("P-256", auto_kid=True)


@contextmanager
def running() -> Iterator[OpenIdProvider]:
    """The provider, on a port of its own."""
    port = free_port()
    provider = OpenIdProvider(f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, provider, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
