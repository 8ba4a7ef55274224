"""What signs: badges by the platform's own key, PDFs by one that follows from it or by a bought one.

Readers of PDF know no Ed25519. The key for them is derived, and so is its certificate, to the last
bit: all machines that share the platform's key have them without agreeing on anything more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from lms.render.signature import PrivateKey, Signer
from lms.render.stamping import stamp_of

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
BEGIN, END = datetime(2026, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 (UTC, as X.509)
"""A certificate that nobody else made ends with its key, not by the calendar (RFC 5280)."""


class BadKey(ValueError):
    """What was given to sign with cannot be used, and why."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Files and settings; ``host`` is the name on our own certificate.

    bought: a certificate as PEM (those above it may follow, and the key) or PKCS#12; bought_key:
    its key, if that is another file. time_stamps: the address of a server, or "".
    """

    own: bytes = field(repr=False)
    host: str
    bought: bytes = field(default=b"", repr=False)
    bought_key: bytes = field(default=b"", repr=False)
    password: str = field(default="", repr=False)
    time_stamps: str = ""


@lru_cache(maxsize=4)
def badge_key(keys: Keys) -> Ed25519PrivateKey:
    """Signs badges."""
    key = load_pem_private_key(keys.own, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("signing.pem is no Ed25519 key")
    return key


@lru_cache(maxsize=4)
def signer(keys: Keys) -> Signer:
    """Signs PDFs. Raises BadKey."""
    stamp = stamp_of(keys.time_stamps) if keys.time_stamps else None
    if not keys.bought:
        key = _derived(badge_key(keys))
        return Signer(key, _certificate(key, keys.host), stamp=stamp)
    try:
        found, certificates = _opened(keys)
    except ValueError as error:
        raise BadKey(f"PDF_CERTIFICATE, PDF_KEY and PDF_PASSWORD: {error}") from error
    if not isinstance(found, PrivateKey):
        raise BadKey("PDF_CERTIFICATE: its key must be RSA or of an elliptic curve")
    mine = [one for one in certificates if one.public_key() == found.public_key()]
    if not mine:
        raise BadKey("PDF_CERTIFICATE and PDF_KEY do not belong together")
    above = tuple(one for one in certificates if one is not mine[0])
    return Signer(found, mine[0], above, stamp)


def pem(certificate: x509.Certificate) -> str:
    """As it is given to others."""
    return certificate.public_bytes(Encoding.PEM).decode()


def _opened(keys: Keys) -> tuple[object, list[x509.Certificate]]:
    password = keys.password.encode() or None
    if b"-----BEGIN" in keys.bought:
        certificates = x509.load_pem_x509_certificates(keys.bought)
        try:
            return load_pem_private_key(keys.bought_key or keys.bought, password), certificates
        except TypeError as error:  # with a password and needs none, or the other way round
            raise ValueError(str(error)) from error
    key, first, others = pkcs12.load_key_and_certificates(keys.bought, password)
    return key, [*filter(None, (first, *others))]


def _derived(key: Ed25519PrivateKey) -> ec.EllipticCurvePrivateKey:
    """Who has the one has the other; from this one nobody comes back."""
    number = HKDF(SHA256(), 48, None, b"npoc-learn: signs PDF").derive(key.private_bytes_raw())
    return ec.derive_private_key(int.from_bytes(number, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def _certificate(key: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    """By itself for itself."""
    public = key.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    serial = int.from_bytes(sha256(identifier.digest + host.encode()).digest()[:16], "big") >> 1
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        .serial_number(serial | 1)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256(), ecdsa_deterministic=True)
    )


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
