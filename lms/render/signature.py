"""Signs a PDF by PAdES (ETSI EN 319 142): B-B, and B-T when a server says what time it is.

The file holds a gap of zeros for the signature, which covers every byte but the gap. Signatures by
elliptic curves differ by a byte or two in length: blanks before the gap are varied until one fills it,
for no reader would notice a change of what is left over. A time stamp leaves something over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from statistics import median_low

import pydyf
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from lms.render import der

DATA = der.oid("1.2.840.113549.1.7.1")
SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
DIGEST = der.oid("1.2.840.113549.1.9.4")
CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
TIME_STAMP = der.oid("1.2.840.113549.1.9.16.2.14")
BY_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
WITH_EC = der.sequence(der.oid("1.2.840.10045.4.3.2"))
WITH_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)
SIGNED, UNSIGNED = 0xA0, 0xA1
"""Tags of the attributes of a signer."""
WAYS, MARKS = 64, 6
"""In how many ways the blanks before a gap can be written, and how many these are."""
STAMP = 10_000
"""Room for a time stamp with its certificates."""
RANGE = "/ByteRange [0 {:010} {:010} {:010}]"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Stamp = Callable[[bytes], bytes]
"""What gives the time stamp of a digest."""


@dataclass(frozen=True, eq=False)
class Signer:
    """A key, its certificate and those above that one; ``stamp``: where times come from."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    stamp: Stamp | None = None


def gap(signer: Signer, name: str, reason: str, at: datetime) -> bytes:
    """The signature as it stands in the file before it is made."""
    sizes = (len(_signed_data(signer, bytes([n]) * 32, None)) for n in range(9))
    size = median_low(sizes) + (STAMP if signer.stamp else 0)
    said = pydyf.Dictionary(
        {
            "Name": pydyf.String(name),
            "Reason": pydyf.String(reason),
            "M": pydyf.String(f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z"),
        }
    ).data
    return b"".join(
        (
            b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ",
            b"/Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams ",
            b"<</Type /TransformParams /P 1 /V /1.2>>>>] ",
            said[2:-2],
            RANGE.format(0, 0, 0).encode(),
            b" " * MARKS,
            b"/Contents <",
            b"0" * (2 * size),
            b">>>",
        )
    )


def sign(pdf: bytes, signer: Signer) -> bytes:
    """Fill the gap; the only one, as it is the last thing with zeros of this form."""
    empty = RANGE.format(0, 0, 0).encode()
    place = pdf.rindex(empty)
    begin = pdf.index(b"<", place)
    end = pdf.index(b">", begin) + 1
    spans = RANGE.format(begin, end, len(pdf) - end).encode()
    start, rest, after = pdf[:place] + spans, place + len(empty) + MARKS, pdf[end:]
    room = end - begin - 2
    for way in range(1 if signer.stamp else WAYS):
        before = start + _blanks(way) + pdf[rest:begin]
        made = _signed_data(signer, sha256(before + after).digest(), signer.stamp).hex().encode()
        if len(made) == room:
            break
    if len(made) > room:
        raise ValueError("the signature is larger than there is room for")
    return b"".join((before, b"<", made.ljust(room, b"0"), b">", after))


def _blanks(way: int) -> bytes:
    """As many as MARKS, of two kinds."""
    return bytes(b" \n"[way >> place & 1] for place in range(MARKS))


def _signed_data(signer: Signer, digest: bytes, stamp: Stamp | None) -> bytes:
    """By CMS (RFC 5652), with what CAdES asks for: which certificate it is."""
    certificates, name, about = _described(signer)
    attributes = (
        der.sequence(CONTENT_TYPE, der.set_of([DATA])),
        der.sequence(DIGEST, der.set_of([der.octets(digest)])),
        about,
    )
    to_sign = der.set_of(attributes)
    signature, how = _signature(signer.key, to_sign)
    parts = [der.integer(1), name, BY_SHA256, bytes((SIGNED,)) + to_sign[1:], how]
    parts.append(der.octets(signature))
    if stamp is not None:
        token = stamp(sha256(signature).digest())
        parts.append(der.tagged(UNSIGNED, der.sequence(TIME_STAMP, der.set_of([token]))))
    return der.sequence(
        SIGNED_DATA,
        der.tagged(
            0xA0,
            der.sequence(
                der.integer(1),
                der.set_of([BY_SHA256]),
                der.sequence(DATA),
                certificates,
                der.set_of([der.sequence(*parts)]),
            ),
        ),
    )


@lru_cache(maxsize=4)
def _described(signer: Signer) -> tuple[bytes, bytes, bytes]:
    """All certificates, the name of the signer's, and the attribute that holds its digest."""
    own = signer.certificate
    inside = own.public_bytes(Encoding.DER)
    above = (one.public_bytes(Encoding.DER) for one in signer.chain)
    name = der.sequence(own.issuer.public_bytes(), der.integer(own.serial_number))
    digest = der.octets(sha256(inside).digest())
    about = der.sequence(
        CERTIFICATE_V2,
        der.set_of([der.sequence(der.sequence(der.sequence(digest)))]),
    )
    return der.tagged(0xA0, *sorted((inside, *above))), name, about


def _signature(key: PrivateKey, data: bytes) -> tuple[bytes, bytes]:
    """The same data, the same signature."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), SHA256()), WITH_RSA
    return key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True)), WITH_EC
