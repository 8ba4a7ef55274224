"""An app that shows a new code every thirty seconds (TOTP, RFC 6238), as a second step."""

import hmac
import logging
import unicodedata
from collections.abc import Sequence

import pyotp
from sqlalchemy import delete, update

from lms.database import add_once, db
from lms.domain import journal, proofs, sealing, second_step
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, require
from lms.models import CodeApp, SecondStep, User

STEP = 30
"""Seconds that a code lasts. One step too early or too late counts, too: clocks differ."""
PURPOSE = "code app"
log = logging.getLogger(__name__)


def new_secret() -> str:
    """160 random bits in base 32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def address(secret: str, person: User, site: str) -> str:
    """What the square code says to the app (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=site)


def add(me: User, token: str | None, secret: str, code: str, *, key: str) -> Sequence[str]:
    """From now on the app with this secret is asked for; it shows the right code already.

    Returns new recovery codes if there were none. ``key``: the installation's secret.
    """
    second_step.require_setting_up(me, token)
    step = _step_of(secret, code)
    if step is None:
        raise wrong_code()
    row = CodeApp(
        user_id=me.id,
        secret=sealing.seal(key, PURPOSE, {"secret": secret}),
        created_at=journal.now(),
        last_step=step,
    )
    if not add_once(row):
        raise Conflict(_("You have an app already. Remove it first."))
    return second_step.added(me, token, SecondStep.CODE_APP)


def check(person: User, code: str, *, key: str) -> bool:
    """Whether the app shows this code now. Each code counts once, and none that is older."""
    app = db.session.get(CodeApp, person.id, populate_existing=True)
    if app is None:
        return False
    facts = sealing.unseal(key, PURPOSE, app.secret)
    if facts is None:
        log.warning("the app of user:%s was set up with another SECRET_KEY", person.id)
        return False
    step = _step_of(facts["secret"], code)
    if step is None:
        return False
    claimed = db.session.scalars(
        update(CodeApp)
        .where(CodeApp.user_id == person.id, CodeApp.last_step < step)
        .values(last_step=step)
        .returning(CodeApp.user_id)
    )
    return bool(claimed.all())


def remove(me: User, token: str | None) -> None:
    """No more codes; twice is Missing."""
    require(me, Action.CHANGE_ACCOUNT, me)
    proofs.require_proof(me, token)
    gone = delete(CodeApp).where(CodeApp.user_id == me.id).returning(CodeApp.user_id)
    if not db.session.execute(gone).all():
        raise Missing(_("There is no app any more."))
    second_step.removed(me, SecondStep.CODE_APP)


def wrong_code() -> Invalid:
    """It may also be right, but used already."""
    return Invalid(
        _("This code is not right, or it was used already. Wait for the next one."), field="code"
    )


def _step_of(secret: str, code: str) -> int | None:
    """The step in which the app shows this code: the present one or a neighbour."""
    now = int(journal.now().timestamp()) // STEP
    typed, codes = _digits(code), pyotp.HOTP(secret)
    steps = (step for step in (now, now - 1, now + 1) if hmac.compare_digest(codes.at(step), typed))
    return next(steps, None)


def _digits(text: str) -> str:
    """Digits of any script as 0 to 9; spaces and all else left out."""
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())
