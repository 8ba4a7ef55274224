"""Checks badges as strangers do: by the published words alone, with nothing of our own code.

PyLD says what a document means and in which bytes; the proof is looked at as the standard says it
(VC Data Integrity, eddsa-rdfc-2022; BitstringStatusList).
"""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

CONTEXTS = Path(__file__).parent.parent / "lms" / "render" / "contexts"
PUBLISHED = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3.json",
}
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

Json = Mapping[str, Any]
Fetch = Callable[[str], Json]
"""What an address answers."""


def verdict(badge: Json, did: Json, states: Fetch) -> str:
    """``valid``, ``revoked``, or what is wrong."""
    try:
        wrong = fault_in(badge, did)
        return wrong or _state(badge, did, states)
    except KeyError:  # a part is missing without which nothing can be checked
        return "tampered"


def _state(badge: Json, did: Json, states: Fetch) -> str:
    entry = badge["credentialStatus"]
    listed = states(entry["statusListCredential"])
    if fault_in(listed, did) or listed["id"] != entry["statusListCredential"]:
        return "wrong list"
    packed = listed["credentialSubject"]["encodedList"]
    assert packed[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)))
    place = int(entry["statusListIndex"])
    return "revoked" if bits[place // 8] & (0x80 >> place % 8) else "valid"


def fault_in(document: Json, did: Json) -> str:
    """Why this is not what the issuer signed; "" when it is."""
    issuer = document["issuer"]
    issuer = issuer if isinstance(issuer, str) else issuer["id"]
    proof = dict(document["proof"])
    method = next(
        (m for m in did["verificationMethod"] if m["id"] == proof["verificationMethod"]), None
    )
    if issuer != did["id"] or method is None or method["controller"] != issuer:
        return "wrong issuer"
    if method["id"] not in did["assertionMethod"]:
        return "wrong issuer"
    value, key = decoded(proof.pop("proofValue")), decoded(method["publicKeyMultibase"])
    assert key[:2] == b"\xed\x01"
    try:
        said = canonical({name: part for name, part in document.items() if name != "proof"})
        how = canonical({"@context": document["@context"], **proof})
        Ed25519PublicKey.from_public_bytes(key[2:]).verify(
            value, sha256(how).digest() + sha256(said).digest()
        )
    except (InvalidSignature, jsonld.JsonLdError, LookupError):
        return "tampered"
    return ""


def canonical(document: Json) -> bytes:
    """A word that no context defines is a fault: what it says would not be signed."""
    jsonld.expand(document, OPTIONS, on_property_dropped=_refuse)
    options = {**OPTIONS, "algorithm": "URDNA2015", "format": "application/n-quads"}
    text: str = jsonld.normalize(document, options)
    return text.encode()


def decoded(text: str) -> bytes:
    """Base 58 with its letter in front; each zero in front is a byte."""
    number = 0
    assert text[0] == "z"
    for sign in text[1:]:
        number = number * 58 + DIGITS.index(sign)
    zeros = len(text) - 1 - len(text[1:].lstrip(DIGITS[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _refuse(word: object) -> None:
    raise LookupError(str(word))


def _load(url: str, _options: object) -> Json:
    document = json.loads((CONTEXTS / PUBLISHED[url]).read_bytes())
    return {"contentType": None, "contextUrl": None, "documentUrl": url, "document": document}


OPTIONS: Json = {"documentLoader": _load, "base": ""}
