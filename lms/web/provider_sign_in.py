"""Signing in at an organisation's own provider (OpenID Connect): there and back."""

import hmac
import logging
from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms import openid
from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, addresses, links, provider_accounts
from lms.domain.errors import DomainError, Invalid, Missing, _
from lms.domain.provider_accounts import Identity
from lms.openid import Client, Refused, Unreachable
from lms.web import allowance, caching, fields, language, notes, session, sign_in_page

bp = Blueprint("provider_sign_in", __name__)

Answer = Response | str | tuple[str, int]
LONGEST = 1000
"""Characters of the address to come back to: a cookie has room for 4,000."""
log = logging.getLogger(__name__)


@bp.get("/sign-in/with/<provider>")
def leave(provider: str) -> Answer:
    """To the provider's page. The browser keeps what must be the same when it comes back."""
    client = _client(provider)
    allowance.for_provider()
    try:
        asked = client.begin(_back(provider))
    except Unreachable as error:
        return _problem(error, 503)
    note = {
        "provider": provider,
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": session.wanted()[:LONGEST],
    }
    caching.never_keep()
    return notes.put(redirect(asked.address, 303), "provider", note)


@bp.get("/sign-in/with/<provider>/back")
def back(provider: str) -> Answer:
    """One comes from another site here; a button, which a script presses, goes on from ours."""
    client = _client(provider)
    if "error" in request.args:
        log.info("provider %s: error %.40r", provider, request.args["error"])
        return _problem(
            Refused(_("%(provider)s did not let you in."), provider=client.provider.name), 403
        )
    return _going_on(client, request.args.get("code", ""), request.args.get("state", ""))


@bp.post("/sign-in/with/<provider>/back")
def enter(provider: str) -> Answer:
    """Ask the provider who this is, before anything is written; then sign in."""
    client, code, state = (
        _client(provider),
        request.form.get("code", ""),
        request.form.get("state", ""),
    )
    allowance.for_provider()
    begin_reading()
    try:
        note = _note(provider, state)
        claims = client.finish(
            code=code, back=_back(provider), nonce=note["nonce"], verifier=note["verifier"]
        )
        notes.use_up("provider")
    except Unreachable as error:
        return _going_on(client, code, state, problem=fields.sentence(error)), 503
    except (Refused, Missing) as error:
        return _problem(error, 403)
    return _let_in(_identity(client, claims), note["next"])


def _let_in(identity: Identity, to: str) -> Answer:
    """Signed in, on to the second step, or first a mail."""
    begin_writing()
    entrance = provider_accounts.enter(
        identity,
        session.browser(),
        language=language.current(),
        instead_of=session.token(),
    )
    if entrance is None:
        return _confirm_by_mail(identity)
    db.session.commit()
    return session.enter(entrance, to or url_for("me.my_learning"), identity=asdict(identity))


def _confirm_by_mail(identity: Identity) -> Response:
    """The address may be anybody's: whoever reads its mails, in this browser, is asked."""
    allowance.for_mail(addresses.read(identity.email).key)
    links.send_sign_in(identity.email, language.current())
    db.session.commit()
    return notes.put(redirect(url_for("links.sent"), 303), "identity", asdict(identity))


def _client(provider: str) -> Client:
    client = openid.clients().get(provider)
    if client is None:
        raise Missing(_("There is no page at this address."))
    return client


def _back(provider: str) -> str:
    """One address for all languages: the provider must know it."""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/with/{provider}/back"


def _note(provider: str, state: str) -> dict[str, Any]:
    """What we sent this browser to the provider with."""
    note = notes.read("provider")
    if (
        note is None
        or note["provider"] != provider
        or not hmac.compare_digest(state.encode(), note["state"].encode())
    ):
        log.warning("provider %s: somebody comes back whom we did not send", provider)
        raise Missing(_("That took too long, or something changed meanwhile. Please begin again."))
    return note


def _identity(client: Client, claims: Any) -> Identity:
    """What counts of all that the provider says."""
    provider, email = client.provider, str(claims.get("email") or "")
    try:
        domain = addresses.read(email).key.rpartition("@")[2]
    except Invalid:
        email, domain = "", ""
    verified = claims.get("email_verified") in (True, "true")
    return Identity(
        provider=provider.name,
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=email,
        name=str(claims.get("name") or "")[: accounts.LONGEST_NAME],
        vouched=verified and domain in provider.domains,
        second_step=client.asked_second_step(claims),
        organisation=provider.organisation,
    )


def _going_on(client: Client, code: str, state: str, problem: str = "") -> str:
    caching.never_keep()
    return render_template(
        "accounts/provider_back.html",
        provider=client.provider,
        code=code,
        state=state,
        problem=problem,
    )


def _problem(error: DomainError, status: int) -> tuple[str, int]:
    begin_reading()
    return sign_in_page.show(problem=fields.sentence(error)), status
