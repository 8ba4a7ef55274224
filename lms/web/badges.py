"""Badges for wallets and for who checks them: the badge, its issuer, and which have ended."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from lms import files, keyring
from lms.domain import badges, numbers, wording
from lms.domain.errors import Missing, _
from lms.domain.numbers import Mistyped
from lms.render import badge
from lms.render import keys as signers
from lms.render.quads import CREDENTIALS, OPEN_BADGES
from lms.web import caching, checks

bp = Blueprint("badges", __name__)

KIND = "application/vc"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""Before anything ended."""


@bp.get("/c/<number>/credential.json")
def credential(number: str) -> Response:
    """The badge, as it is in the PDF. It says what the page about the certificate says."""
    checks.count()
    try:
        digest = badges.badge_of(numbers.read(number))
    except Mistyped:
        digest = None
    if digest is None:
        raise Missing(_("There is no such certificate."))
    response = Response(files.get(digest), mimetype=KIND)
    response.headers["Content-Disposition"] = f'attachment; filename="badge-{number[:20]}.json"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return caching.for_programs(response)


@bp.get("/badges/issuer")
def issuer() -> Response:
    """Who issues, as Open Badges says it (Profile)."""
    about = badge.Issuer(
        did=keyring.did(), name=wording.ISSUER, url=f"{current_app.config['PUBLIC_URL']}/"
    )
    said = {"@context": [CREDENTIALS, OPEN_BADGES], **badge.profile(about)}
    return caching.for_programs(Response(badge.written(said), mimetype="application/ld+json"))


@bp.get("/badges/states/<int:part>")
def states(part: int) -> Response:
    """Which of 131,072 certificates are worth nothing any more, as a signed list of bits."""
    first = part * badge.LIST
    gone = badges.gone(first, badge.LIST)
    if gone is None:
        raise Missing(_("There is no such list."))
    since = max(gone.values(), default=SINCE)
    me, key = keyring.did(), signers.badge_key(keyring.keys())
    address = f"{current_app.config['PUBLIC_URL']}{request.path}"
    document = badge.status_list(address, (one - first for one in gone), me, since)
    signed = badge.signed(document, key, me, since)
    return caching.for_programs(Response(badge.written(signed), mimetype=KIND))
