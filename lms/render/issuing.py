"""A certificate as it is handed out: the badge, and the signed page that holds it."""

from dataclasses import dataclass
from typing import NamedTuple

from lms.render import badge, keys, pdf
from lms.render.badge import BadgeFacts
from lms.render.keys import Keys


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is wanted, and what signs it."""

    facts: BadgeFacts
    keys: Keys


class Issued(NamedTuple):
    """Two files."""

    page: bytes
    credential: bytes


def issued(order: Order) -> Issued:
    """The same order, the same bytes; a time stamp is another one each time."""
    facts = order.facts
    made = badge.signed(
        badge.credential(facts),
        keys.badge_key(order.keys),
        facts.issuer.did,
        facts.certificate.issued_at,
    )
    credential = badge.written(made)
    page = pdf.certificate_pdf(
        facts.certificate, credential=credential, signer=keys.signer(order.keys)
    )
    return Issued(page, credential)
