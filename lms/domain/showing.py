"""The second step itself: a code, a recovery code or a passkey, shown while signing in or later."""

import logging
from dataclasses import dataclass

from lms.domain import accounts, code_apps, entering, passkeys, proofs, recovery_codes
from lms.domain.entering import Entrance
from lms.domain.errors import Invalid, _
from lms.domain.passkeys import Place
from lms.models import SecondStep, User

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What came from the browser: one of these. ``challenge``: what the passkey was asked."""

    code: str = ""
    recovery: str = ""
    answer: str = ""
    challenge: str = ""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What checking needs to know of this installation: its secret, and where passkeys are for."""

    key: str
    place: Place | None


def sign_in(
    person: User, shown: Shown, here: Installation, browser: str, *, instead_of: str | None = None
) -> Entrance:
    """The first step was done (see entering.who_waits); Invalid when the second is not right."""
    how = _check(person, shown, here)
    return entering.enter(person, browser, instead_of=instead_of, second_step=how)


def sign_in_with_passkey(
    shown: Shown, place: Place, browser: str, *, instead_of: str | None = None
) -> Entrance:
    """Without a first step: the device has asked for a fingerprint or a PIN, which is one."""
    person = passkeys.check(place, None, challenge=shown.challenge, answer=shown.answer)
    return entering.enter(person, browser, instead_of=instead_of, second_step=SecondStep.PASSKEY)


def prove(me: User, token: str | None, shown: Shown, here: Installation) -> None:
    """It is still me; see proofs.py."""
    accounts.refuse_closed(me)
    proofs.note_proof(me, token, _check(me, shown, here))


def _check(person: User, shown: Shown, here: Installation) -> SecondStep:
    """What was shown; Invalid for what is not right."""
    if shown.answer and here.place is not None:
        passkeys.check(here.place, person, challenge=shown.challenge, answer=shown.answer)
        return SecondStep.PASSKEY
    if shown.recovery and recovery_codes.use(person, shown.recovery):
        return SecondStep.RECOVERY_CODE
    if shown.code and code_apps.check(person, shown.code, key=here.key):
        return SecondStep.CODE_APP
    log.warning("a second step of user:%s was not right", person.id)
    if shown.recovery:
        raise Invalid(_("This is none of your codes, or it was used already."), field="recovery")
    raise code_apps.wrong_code()
