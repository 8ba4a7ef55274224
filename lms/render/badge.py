"""A certificate as Open Badge 3.0: a Verifiable Credential 2.0 with an eddsa-rdfc-2022 proof."""

import base64
import gzip
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.render import paper, quads
from lms.render.pdf import CertificateFacts
from lms.render.quads import CREDENTIALS, OPEN_BADGES

LIST = 131_072
"""Certificates in one list of states: so many that nobody is told by which one is asked for."""
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
"""Begins such a key where keys of all kinds can stand (Multikey)."""

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who issues; ``did`` is told by ``url``."""

    did: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class BadgeFacts:
    """What a badge says beside what stands on the certificate.

    course_address: where it says what is to be done; criteria: the same in a sentence, in English.
    status_list, status_index: where its state can be looked up.
    """

    certificate: CertificateFacts
    issuer: Issuer
    course_address: str
    criteria: str
    edition_number: int
    edition_digest: str
    earned_at: datetime
    status_list: str
    status_index: int
    achievement: str = "Course"
    """One of the kinds of achievement that Open Badges knows."""


# --- what is said -------------------------------------------------------------------------------


def credential(facts: BadgeFacts) -> Json:
    """Without a proof."""
    page = facts.certificate
    lasts = {"validUntil": moment(page.valid_until)} if page.valid_until else {}
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": page.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile(facts.issuer),
        "validFrom": moment(page.issued_at),
        **lasts,
        "name": plain(f"{_in(page.language, page.title)}: {page.course_title}"),
        "credentialSubject": _subject(facts),
        "credentialStatus": {
            "id": f"{facts.status_list}#{facts.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(facts.status_index),
            "statusListCredential": facts.status_list,
        },
    }


def profile(issuer: Issuer) -> Json:
    """The issuer, as it stands in each badge."""
    return {
        "id": issuer.did,
        "type": ["Profile"],
        "name": plain(issuer.name),
        "url": issuer.url,
    }


def _subject(facts: BadgeFacts) -> Json:
    page = facts.certificate
    holder = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": plain(page.holder_name),
        "identityType": "name",
    }
    score = {
        "type": ["Result"],
        "resultDescription": _score_address(facts),
        "value": str(page.percent),
    }
    return {
        "id": f"{page.address}#holder",
        "type": ["AchievementSubject"],
        "activityEndDate": moment(facts.earned_at)[:10],
        "identifier": [holder],
        "achievement": _achievement(facts),
        **({} if page.percent is None else {"result": [score]}),
    }


def _achievement(facts: BadgeFacts) -> Json:
    """The course, as it was: its edition and the digest of all its files."""
    page = facts.certificate
    edition = {
        "type": "IdentifierEntry",
        "identifier": f"sha256:{facts.edition_digest}",
        "identifierType": "ext:sha256",
    }
    score = {
        "id": _score_address(facts),
        "type": ["ResultDescription"],
        "name": "%",
        "resultType": "Percent",
    }
    return {
        "id": f"{facts.course_address}#edition-{facts.edition_number}",
        "type": ["Achievement"],
        "achievementType": facts.achievement,
        "name": plain(page.course_title),
        "description": plain(_in(page.language, page.title)),
        "criteria": {
            "id": facts.course_address,
            "narrative": _in(page.language, facts.criteria),
        },
        "inLanguage": page.language,
        "version": str(facts.edition_number),
        "otherIdentifier": [edition],
        **({} if page.percent is None else {"resultDescription": [score]}),
    }


def _score_address(facts: BadgeFacts) -> str:
    return f"{facts.course_address}#score-{facts.edition_number}"


def _in(language: str, words: str) -> str:
    """Words of ours in the language of the certificate; an author's own as they are."""
    return paper.translations(paper.spoken(language)).gettext(words)


def status_list(address: str, gone: Iterable[int], issuer: str, since: datetime) -> Json:
    """Which of a list of certificates are worth nothing any more, by their places in it."""
    bits = bytearray(LIST // 8)
    for place in gone:
        bits[place // 8] |= 0x80 >> (place % 8)
    squeezed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=")
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment(since),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{squeezed.decode()}",
        },
    }


def moment(at: datetime) -> str:
    """As XML Schema writes it, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def plain(text: str) -> str:
    """Without what cannot be seen and is written in two ways: line ends, tabs, controls."""
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)


# --- the proof ----------------------------------------------------------------------------------


def signed(document: Json, key: Ed25519PrivateKey, did: str, created: datetime) -> Json:
    """With a proof (VC Data Integrity, eddsa-rdfc-2022). Raises quads.Refused."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": moment(created),
        "verificationMethod": method(did, key.public_key()),
        "proofPurpose": "assertionMethod",
    }
    said = quads.canonical(document)
    how = quads.canonical({"@context": document["@context"], **proof})
    value = key.sign(sha256(how).digest() + sha256(said).digest())
    return {**document, "proof": {**proof, "proofValue": f"z{base58(value)}"}}


def method(did: str, key: Ed25519PublicKey) -> str:
    """The name of a key of this issuer."""
    return f"{did}#{multikey(key)}"


def multikey(key: Ed25519PublicKey) -> str:
    """The key itself, as text."""
    return f"z{base58(ED25519 + key.public_bytes_raw())}"


def base58(data: bytes) -> str:
    """As Bitcoin writes numbers; zeros in front stay."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = ALPHABET[rest] + digits
    return ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + digits


def written(document: Json) -> bytes:
    """The file."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
