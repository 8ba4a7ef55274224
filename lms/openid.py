"""OpenID Connect: what this server says to a provider, and what of the answer it believes.

Code flow with PKCE, state and nonce; the provider describes itself (discovery) and its keys. It may be
down or slow: then people get a sentence at once, and few of our threads ever wait for it. The
libraries are loaded when somebody comes this way: few installations have a provider.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, current_app

from lms.domain import journal
from lms.domain.errors import DomainError, _

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from joserfc.jwk import KeySet

TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and to wait for the next bytes."""
REST = 30.0
"""Seconds for which a provider that did not answer is not asked again."""
LASTS = 3600.0
"""Seconds after which the provider is asked anew how it describes itself."""
LEEWAY = 60
"""Seconds that clocks may differ."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a key that only the provider has: never ``none``, and no shared secret."""
SCOPE = "openid email profile"
SECOND = {"otp", "hwk", "swk", "sc", "sms", "tel", "fpt", "face", "iris", "vbm"}
"""What counts beside a password among the methods of RFC 8176; ``mfa`` says it outright."""
LONGEST_SUBJECT = 255
"""As the standard says."""
T = TypeVar("T")
log = logging.getLogger(__name__)


class Unreachable(DomainError):
    """The provider is down, slow, or not what it should be; nothing of ours is broken."""


class Refused(DomainError):
    """The provider let nobody in, or its answer cannot be believed."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """As the operator has configured it (OPENID_PROVIDERS). ``key`` stands in addresses.

    domains: of which e-mail addresses its word counts. second_step: ``yes``, ``no``, or ``amr``: as the
    provider says each time. organisation: the slug of ours whose people it lets in, or "".
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: Sequence[str] = ()
    organisation: str = ""
    second_step: str = "amr"


@dataclass(frozen=True, kw_only=True)
class Request:
    """Where to send the browser, and what we must know when it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass
class Client:
    """One provider, what is known of it for a while, and until when it is left alone."""

    provider: Provider
    slots: BoundedSemaphore
    description: Mapping[str, Any] = field(default_factory=dict)
    keys: "KeySet | None" = None
    known_until: float = 0.0
    resting_until: float = 0.0

    def begin(self, back: str) -> Request:
        """Unreachable when the provider cannot be asked where its page is."""
        return self._ask(lambda: self._request(back))

    def finish(self, *, code: str, back: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the provider says about the person; Refused unless all of it can be believed."""
        return self._ask(lambda: self._claims(code, back, nonce, verifier))

    def asked_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider let nobody in without a second step of its own."""
        if self.provider.second_step != "amr":
            return self.provider.second_step == "yes"
        methods = set(map(str, claims.get("amr") or ()))
        return "mfa" in methods or bool("pwd" in methods and methods & SECOND)

    def _request(self, back: str) -> Request:
        description = self._described()
        verifier, state, nonce = (secrets.token_urlsafe(48) for _n in range(3))
        session = self._session(back, description)
        address, _state = session.create_authorization_url(
            description["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        return Request(address=address, state=state, nonce=nonce, verifier=verifier)

    def _claims(self, code: str, back: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        description = self._described()
        session = self._session(back, description)
        tokens = session.fetch_token(
            description["token_endpoint"], code=code, code_verifier=verifier, timeout=TIMEOUT
        )
        claims = self._believed(tokens, nonce)
        if "email" not in claims and "userinfo_endpoint" in description:
            more = _json(session.get(description["userinfo_endpoint"], timeout=TIMEOUT))
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        return claims

    def _believed(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Signed by the provider, for us, for this very request, and not over."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError

        text = str(tokens.get("id_token", ""))
        try:
            token = jwt.decode(text, self._keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # perhaps the provider has a new key
            token = jwt.decode(text, self._keys(anew=True), algorithms=ALGORITHMS)
        provider = self.provider
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": provider.client_id,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(now=int(journal.now().timestamp()), leeway=LEEWAY)
        if not 0 < len(str(claims["sub"])) <= LONGEST_SUBJECT:
            raise ValueError("its subject is too long")
        return dict(claims)

    def _described(self) -> Mapping[str, Any]:
        """How the provider describes itself; asked once an hour."""
        now = time.monotonic()
        if now > self.known_until:
            address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            description = _json(self._session("").get(address, **WITHOUT_TOKEN))
            if description.get("issuer") != self.provider.issuer:
                raise ValueError(f"it calls itself {description.get('issuer')!r}")
            self.description, self.keys, self.known_until = description, None, now + LASTS
        return self.description

    def _keys(self, *, anew: bool = False) -> "KeySet":
        from joserfc.jwk import KeySet

        if self.keys is None or anew:
            address = self.description["jwks_uri"]
            answer = _json(self._session("").get(address, **WITHOUT_TOKEN))
            self.keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]
        return self.keys

    def _session(self, back: str, description: Mapping[str, Any] | None = None) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        ways = (description or {}).get("token_endpoint_auth_methods_supported")
        post = ways is not None and "client_secret_basic" not in ways
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if post else "client_secret_basic",
        )

    def _ask(self, question: Callable[[], T]) -> T:
        """One of few questions at a time; after one without an answer none for a while."""
        if time.monotonic() < self.resting_until or not self.slots.acquire(blocking=False):
            raise self._unreachable()
        try:
            with self._explained():
                return question()
        finally:
            self.slots.release()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What went wrong is one of two sentences for people, and a line in the log."""
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError
        from requests import RequestException

        name = self.provider.key
        try:
            yield
        except RequestException as error:
            self.resting_until = time.monotonic() + REST
            log.warning("provider %s does not answer: %s", name, error)
            raise self._unreachable() from None
        except (AuthlibBaseError, JoseError) as error:
            log.warning("provider %s: refused: %s", name, error)
            raise Refused(
                _("%(provider)s did not confirm who you are."), provider=self.provider.name
            ) from None
        except (ValueError, KeyError, TypeError) as error:
            log.warning("provider %s answers what cannot be read: %r", name, error)
            raise self._unreachable() from None

    def _unreachable(self) -> Unreachable:
        return Unreachable(
            _(
                "%(provider)s does not answer at the moment. Try again soon, or sign in another way."
            ),
            provider=self.provider.name,
        )


WITHOUT_TOKEN: Mapping[str, Any] = {
    "withhold_token": True,
    "timeout": TIMEOUT,
    "allow_redirects": False,
}
"""How the provider's public pages are asked for."""


def init_app(app: Flask) -> None:
    """The providers of OPENID_PROVIDERS; of all our writing threads one is always left for others."""
    slots = BoundedSemaphore(max(1, app.config["WEB_THREADS"] - 1))
    app.extensions["openid"] = {
        entry["key"]: Client(Provider(**entry), slots)
        for entry in app.config["OPENID_PROVIDERS"] or ()
    }


def clients() -> Mapping[str, Client]:
    """Key → provider, in the operator's order."""
    known: Mapping[str, Client] = current_app.extensions["openid"]
    return known


def _json(response: Any) -> dict[str, Any]:
    response.raise_for_status()
    answer = response.json()
    return dict(answer)  # TypeError or ValueError for what is no object
