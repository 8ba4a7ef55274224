"""The public keys, for who checks what this site signed: those of today, and all that came before."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Blueprint, Response, url_for

from lms import keyring
from lms.domain import signing
from lms.render import badge
from lms.web import caching

bp = Blueprint("well_known", __name__)

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


@bp.get("/.well-known/did.json")
def did() -> Response:
    """Who signs badges (did:web)."""
    me = keyring.did()
    methods = [
        {
            "id": f"{me}#{key}",
            "type": "Multikey",
            "controller": me,
            "publicKeyMultibase": key,
        }
        for key in _multikeys()
    ]
    profile = url_for("badges.issuer", _external=True)
    document = {
        "@context": CONTEXTS,
        "id": me,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
        "service": [
            {"id": f"{me}#issuer", "type": "IssuerProfile", "serviceEndpoint": profile},
        ],
    }
    response = Response(json.dumps(document, indent=1), mimetype="application/json")
    return caching.for_programs(response)


@bp.get("/.well-known/pdf-signers.pem")
def pdf_signers() -> Response:
    """The certificates by which PDFs are signed, as a reader of PDF can take them in."""
    text = "".join(key.certificate for key in signing.all_keys())
    return caching.for_programs(Response(text, mimetype="application/x-pem-file"))


def _multikeys() -> list[str]:
    keys = (load_pem_public_key(key.public_key.encode()) for key in signing.all_keys())
    return [badge.multikey(key) for key in keys if isinstance(key, Ed25519PublicKey)]
