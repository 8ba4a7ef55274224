"""Passkeys (WebAuthn): a second step, and with a fingerprint or a PIN a sign-in without a password.

The library takes a quarter of a second to load, so it is loaded when somebody has a passkey.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from lms.database import add_once, db
from lms.domain import addresses, journal, proofs, second_step
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.domain.permissions import Action, require
from lms.models import Passkey, SecondStep, User, Verb

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST = 20
LONGEST_NAME = 100
LONGEST_ANSWER = 100_000
"""Characters of what a browser sends; some devices send certificates along."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where keys are for: the origin of our pages, the host that keys are bound to, our name."""

    origin: str
    host: str
    site: str

    @classmethod
    def of(cls, public_url: str, site: str) -> Self | None:
        """None where there can be no passkeys: an address that is a number has no name to bind to."""
        host = urlsplit(public_url).hostname or ""
        try:
            ip_address(host)
        except ValueError:
            return cls(origin=public_url, host=host, site=site)
        return None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the browser's device is asked, as JSON, and the challenge that its answer must contain."""

    options: str
    challenge: str


# --- having them --------------------------------------------------------------------------------


def ask_new(me: User, place: Place) -> Question:
    """For a new key in a device that holds none of mine yet."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import bytes_to_base64url, structs

    require(me, Action.CHANGE_ACCOUNT, me)
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=place.site,
        user_id=me.public_id.encode(),
        user_name=me.email,
        user_display_name=me.name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(me),
    )
    return Question(
        options=options_to_json(options), challenge=bytes_to_base64url(options.challenge)
    )


def add(
    me: User, token: str | None, place: Place, *, challenge: str, answer: str, name: str
) -> Sequence[str]:
    """Keep the key that the device made. Returns new recovery codes if there were none."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    second_step.require_setting_up(me, token)
    name = _clean_name(name)
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST_ANSWER],
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        log.warning("a new passkey of user:%s was refused: %s", me.id, error)
        raise _not_understood() from None
    if len(_ids(me)) >= MOST:
        raise Conflict(_("You have %(count)s passkeys. Remove one first."), count=MOST)
    row = Passkey(
        user_id=me.id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=journal.now(),
    )
    if not add_once(row):
        raise Conflict(_("This device is known already."))
    return second_step.added(me, token, SecondStep.PASSKEY, name=name)


def rename(me: User, number: int, name: str) -> None:
    """As its owner tells it from others."""
    key = _mine(me, number)
    key.name = _clean_name(name)
    journal.record(me, Verb.RENAMED_FACTOR, f"user:{me.id}", what=SecondStep.PASSKEY)


def remove(me: User, token: str | None, number: int) -> None:
    """It opens nothing any more; twice is Missing."""
    key = _mine(me, number)
    proofs.require_proof(me, token)
    db.session.execute(delete(Passkey).where(Passkey.id == key.id))
    second_step.removed(me, SecondStep.PASSKEY, name=key.name)


# --- using them ---------------------------------------------------------------------------------


def ask(place: Place, person: User | None) -> Question:
    """For one of the person's keys; for nobody in particular, one that knows whose it is."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement as Verification

    options = generate_authentication_options(
        rp_id=place.host,
        allow_credentials=_descriptors(person) if person else None,
        user_verification=Verification.PREFERRED if person else Verification.REQUIRED,
    )
    return Question(
        options=options_to_json(options), challenge=bytes_to_base64url(options.challenge)
    )


def check(place: Place, person: User | None, *, challenge: str, answer: str) -> User:
    """Whose key answered; Invalid for no key of ours, and for one that was perhaps copied.

    With nobody known before, the device must have asked for a fingerprint or a PIN.
    """
    from webauthn.helpers.exceptions import WebAuthnException

    key, told = _read(answer)
    if key is None or (person is not None and key.user_id != person.id):
        raise _not_understood()
    holder = db.session.get_one(User, key.user_id)
    if holder.suspended_at is not None or (told and told != holder.public_id.encode()):
        raise _not_understood()
    try:
        seen = _verified(place, key, challenge, answer, alone=person is None)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        log.warning("passkey:%s of user:%s was refused: %s", key.id, key.user_id, error)
        raise _not_understood() from None
    _count(key, seen.new_sign_count)
    return holder


def _read(answer: str) -> tuple[Passkey | None, bytes | None]:
    """Which of our keys says so, and whose it says it is."""
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        read = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None, None
    query = select(Passkey).where(Passkey.credential_id == bytes_to_base64url(read.raw_id))
    return db.session.scalar(query), read.response.user_handle


def _verified(
    place: Place, key: Passkey, challenge: str, answer: str, *, alone: bool
) -> "VerifiedAuthentication":
    from webauthn import base64url_to_bytes, verify_authentication_response

    return verify_authentication_response(
        credential=answer,
        expected_challenge=base64url_to_bytes(challenge),
        expected_rp_id=place.host,
        expected_origin=place.origin,
        credential_public_key=key.public_key,
        credential_current_sign_count=key.sign_count,
        require_user_verification=alone,
    )


def _count(key: Passkey, count: int) -> None:
    """Of two answers with one count at the same moment, the second is refused, as a copy's would be."""
    claimed = update(Passkey).where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
    done = claimed.values(sign_count=count, used_at=journal.now()).returning(Passkey.id)
    if not db.session.scalars(done).all():
        raise _not_understood()


# --- what they share ----------------------------------------------------------------------------


def _mine(me: User, number: int) -> Passkey:
    require(me, Action.CHANGE_ACCOUNT, me)
    key = db.session.get(Passkey, number)
    if key is None or key.user_id != me.id:
        raise Missing(_("There is no such passkey any more."))
    return key


def _ids(person: User) -> Sequence[str]:
    query = select(Passkey.credential_id).where(Passkey.user_id == person.id)
    return db.session.scalars(query).all()


def _descriptors(person: User) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in _ids(person)]


def _clean_name(text: str) -> str:
    """One line; no name is a name, too."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return addresses.trim(" ".join(shown.split()))[:LONGEST_NAME] or "Passkey"


def _not_understood() -> Invalid:
    return Invalid(_("This passkey was not accepted. Try again, or choose another way."))
