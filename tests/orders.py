"""Orders for certificates with keys that only the tests know; each is carried out once in a test run."""

from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lms.render.badge import BadgeFacts, Issuer
from lms.render.issuing import Issued, Order, issued
from lms.render.keys import Keys
from lms.render.pdf import CertificateFacts

SITE = "https://learn.npoc.example"
DID = "did:web:learn.npoc.example"


def pem(seed: bytes) -> bytes:
    """A key of the platform."""
    key = Ed25519PrivateKey.from_private_bytes(seed.ljust(32, b"."))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


KEYS = Keys(own=pem(b"the tests"), host="learn.npoc.example")


def order(facts: CertificateFacts, keys: Keys = KEYS) -> Order:
    """For this certificate, the 43rd."""
    about = BadgeFacts(
        certificate=facts,
        issuer=Issuer(did=DID, name=facts.issuer, url=f"{SITE}/"),
        course_address=f"{SITE}/courses/dns",
        criteria="Every lesson that the course asks for is done.",
        edition_number=3,
        edition_digest="d1" * 32,
        earned_at=facts.issued_at,
        status_list=f"{SITE}/badges/states/0",
        status_index=42,
    )
    return Order(facts=about, keys=keys)


def broken(facts: CertificateFacts) -> Order:
    """One that nobody can carry out."""
    return order(replace(facts, percent="many"))  # type: ignore[arg-type]


@cache
def made(facts: CertificateFacts) -> Issued:
    """The two files."""
    return issued(order(facts))
