"""Whether strangers' own programs agree: Digital Bazaar's verifier of Verifiable Credentials, in node.

It looks at badges in seven languages and for every difficult name, at one of which each word was
changed in turn, at a revoked one and at those of a wrong issuer. It finds no network: what it asks for
lies in a folder.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.render import badge, keys, quads
from tests.orders import DID, KEYS, SITE, made
from tests.render.test_badge import AT, BADGE, OTHER_KEYS, changes, did, states
from tests.render.test_pdf import FACTS, NAMES, SAID

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "tmp" / "verifiers"
PACKAGES = (
    "@digitalbazaar/vc@7.3.0",
    "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite@1.3.0",
    "@digitalbazaar/vc-bitstring-status-list@2.0.1",
)


def main() -> None:
    """Prints how many it looked at; ends with 1 where it saw something else than we."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "node_modules").exists():
        subprocess.run(["npm", "install", "--silent", "--prefix", FOLDER, *PACKAGES], check=True)
    (FOLDER / "verify.mjs").write_text((HERE / "verify.mjs").read_text("utf-8"))
    cases = list(_cases())
    (FOLDER / "world.json").write_text(json.dumps(_world()))
    (FOLDER / "cases.json").write_text(json.dumps([document for _case, document, _is in cases]))
    done = subprocess.run(
        ["node", "verify.mjs"], cwd=FOLDER, check=True, capture_output=True, text=True
    )
    seen = json.loads(done.stdout)
    wrong = [
        f"{case}: {said}, not {expected}"
        for (case, _document, expected), said in zip(cases, seen, strict=True)
        if said != expected
    ]
    print("\n".join([*wrong, f"{len(cases)} badges, {len(wrong)} judged otherwise"]))
    sys.exit(bool(wrong))


def _cases() -> Iterator[tuple[str, Any, str]]:
    """What it is, the badge, and what must be said of it."""
    yield "valid", BADGE, "valid"
    yield "a list of states", states(43)(""), "valid"
    for name, words in [("name", one) for one in NAMES.values()]:
        facts = replace(FACTS, holder_name=words)
        yield f"{name} {words}", json.loads(made(facts).credential), "valid"
    for language, (holder, course, statement) in SAID.items():
        facts = replace(
            FACTS, language=language, holder_name=holder, course_title=course, statement=statement
        )
        yield language, json.loads(made(facts).credential), "valid"
    for changed, where in changes(BADGE):
        yield where, changed, "invalid"
    bare = {part: BADGE[part] for part in BADGE if part != "proof"}
    revoked = {**bare, "credentialStatus": {**bare["credentialStatus"], "statusListIndex": "43"}}
    yield "revoked", badge.signed(revoked, keys.badge_key(KEYS), DID, AT), "revoked"
    yield "another key", badge.signed(bare, keys.badge_key(OTHER_KEYS), DID, AT), "invalid"
    theirs = badge.signed(bare, keys.badge_key(OTHER_KEYS), "did:web:evil.example", AT)
    yield "another issuer", theirs, "invalid"


def _world() -> dict[str, Any]:
    """What each address answers."""
    contexts = {
        url: json.loads((quads.FOLDER / name).read_bytes()) for url, name in quads.FILES.items()
    }
    world = {**contexts, f"{SITE}/badges/states/0": states(43)("")}
    for document in (did(KEYS), did(OTHER_KEYS, name="did:web:evil.example")):
        world[document["id"]] = {"@context": "https://www.w3.org/ns/did/v1", **document}
        for method in document["verificationMethod"]:
            key = {
                "@context": "https://w3id.org/security/multikey/v1",
                "type": "Multikey",
                **method,
            }
            world[method["id"]] = key
    return world


if __name__ == "__main__":
    main()
