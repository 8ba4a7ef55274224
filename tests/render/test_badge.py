"""Badges say what the certificate says, and a stranger can check every word of them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from lms.render import badge, keys, quads
from lms.render.issuing import issued
from lms.render.quads import CREDENTIALS, OPEN_BADGES, Refused
from tests import verifier
from tests.orders import DID, KEYS, SITE, made, order, pem
from tests.render.test_pdf import FACTS, NAMES, SAID
from tests.verifier import verdict

pytestmark = pytest.mark.once

OTHER_KEYS = replace(KEYS, own=pem(b"somebody else"))
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def did(*signers: keys.Keys, name: str = DID) -> dict[str, Any]:
    """What the site publishes."""
    methods = [
        {
            "id": badge.method(name, keys.badge_key(one).public_key()),
            "controller": name,
            "publicKeyMultibase": badge.multikey(keys.badge_key(one).public_key()),
        }
        for one in signers
    ]
    return {
        "id": name,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def states(*gone: int, signer: keys.Keys = KEYS) -> verifier.Fetch:
    """The published list in which these have ended."""
    listed = badge.status_list(f"{SITE}/badges/states/0", gone, DID, AT)
    signed = badge.signed(listed, keys.badge_key(signer), DID, AT)
    return lambda _address: signed


BADGE = json.loads(made(FACTS).credential)


# --- what it says -------------------------------------------------------------------------------


def test_it_says_who_did_what_and_by_whose_word() -> None:
    subject = BADGE["credentialSubject"]
    course = subject["achievement"]

    assert BADGE["id"] == FACTS.address
    assert BADGE["issuer"] == {
        "id": DID,
        "type": ["Profile"],
        "name": FACTS.issuer,
        "url": f"{SITE}/",
    }
    assert (BADGE["validFrom"], BADGE["validUntil"]) == (
        "2026-05-23T09:00:00Z",
        "2029-05-23T09:00:00Z",
    )
    assert subject["identifier"][0]["identityHash"] == FACTS.holder_name
    assert course["name"] == FACTS.course_title
    assert course["criteria"]["id"] == f"{SITE}/courses/dns"
    assert course["criteria"]["narrative"]
    assert course["version"] == "3"
    assert course["otherIdentifier"][0]["identifier"] == f"sha256:{'d1' * 32}"
    assert subject["result"][0]["value"] == "80"
    assert subject["result"][0]["resultDescription"] == course["resultDescription"][0]["id"]


def test_without_score_and_end_nothing_is_said_of_them() -> None:
    said = badge.credential(order(replace(FACTS, percent=None, valid_until=None)).facts)

    assert "validUntil" not in said
    assert "result" not in said["credentialSubject"]
    assert "resultDescription" not in said["credentialSubject"]["achievement"]


def test_our_own_words_are_in_the_certificates_language() -> None:
    said = badge.credential(order(replace(FACTS, language="fr")).facts)

    assert said["credentialSubject"]["achievement"]["description"] != FACTS.title
    assert said["credentialSubject"]["achievement"]["inLanguage"] == "fr"


def test_it_is_in_the_pdf_byte_for_byte(tmp_path: Any) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(made(FACTS).page)

    assert PdfReader(path).attachments == {"credential.json": [made(FACTS).credential]}


# --- who checks it ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SAID)
def test_a_stranger_finds_it_valid_in_each_language(language: str) -> None:
    name, course, statement = SAID[language]
    facts = replace(
        FACTS, language=language, holder_name=name, course_title=course, statement=statement
    )
    document = badge.credential(order(facts).facts)
    signed = badge.signed(document, keys.badge_key(KEYS), DID, AT)

    assert quads.canonical(document) == verifier.canonical(document)
    assert verdict(signed, did(KEYS), states()) == "valid"


def test_valid_revoked_and_wrong_issuer_are_told_apart() -> None:
    mine = did(KEYS)

    assert verdict(BADGE, mine, states()) == "valid"
    assert verdict(BADGE, mine, states(41, 43)) == "valid"
    assert verdict(BADGE, mine, states(42)) == "revoked"
    assert verdict(BADGE, mine, states(signer=OTHER_KEYS)) == "wrong list"
    assert verdict(BADGE, did(OTHER_KEYS), states()) == "wrong issuer"
    assert verdict(BADGE, did(KEYS, name="did:web:evil.example"), states()) == "wrong issuer"
    forged = badge.signed(
        {part: BADGE[part] for part in BADGE if part != "proof"},
        keys.badge_key(OTHER_KEYS),
        DID,
        AT,
    )
    assert verdict(forged, mine, states()) == "wrong issuer"
    forged["proof"]["verificationMethod"] = BADGE["proof"]["verificationMethod"]
    assert verdict(forged, mine, states()) == "tampered"


def test_what_an_older_key_signed_stays_valid() -> None:
    assert verdict(BADGE, did(OTHER_KEYS, KEYS), states(signer=OTHER_KEYS)) == "valid"


def test_each_word_that_is_changed_is_noticed() -> None:
    mine = did(KEYS)
    count = 0
    for changed, where in changes(BADGE):
        count += 1
        assert verdict(changed, mine, states()) != "valid", where
    assert count > 45


def changes(document: Any) -> Iterator[tuple[Any, str]]:
    """The document with one word changed, each in turn; then with one part left out, and one more."""
    for path in paths(document):
        changed = deepcopy(document)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        old = holder[path[-1]]
        holder[path[-1]] = (not old) if isinstance(old, bool) else f"{old}x"
        yield changed, f"changed {path}"
        if isinstance(holder, dict) and path[-1] != "type":
            del holder[path[-1]]
            yield changed, f"without {path}"
    more = deepcopy(document)
    more["credentialSubject"]["achievement"]["honours"] = "summa cum laude"
    yield more, "a word of one's own"


def paths(part: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the words are."""
    steps = part.items() if isinstance(part, dict) else enumerate(part)
    for step, below in steps:
        if isinstance(below, dict | list):
            yield from paths(below, (*before, step))
        else:
            yield (*before, step)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"honours": "summa cum laude"}, "no context defines"),
        ({"type": ["VerifiableCredential", "Diploma"]}, "no context defines: Diploma"),
        ({"id": "a relative address"}, "not an address"),
        ({"id": "https://learn.example/<>"}, "not an address"),
        ({"name": "two\nlines"}, "cannot be seen"),
        (
            {"@context": [CREDENTIALS, "https://evil.example/context"]},
            "https://evil.example/context",
        ),
        ({"@context": [CREDENTIALS, OPEN_BADGES, {"name": "https://evil.example/"}]}, "protected"),
    ],
)
def test_what_would_not_be_signed_as_it_is_read_is_refused(more: dict[str, Any], why: str) -> None:
    document = {**badge.credential(order(FACTS).facts), **more}

    with pytest.raises(Refused, match=why):
        badge.signed(document, keys.badge_key(KEYS), DID, AT)


def test_two_parts_that_say_the_same_are_refused() -> None:
    document = badge.credential(order(FACTS).facts)
    document["credentialSubject"]["identifier"] *= 2

    with pytest.raises(Refused, match="two parts say the same"):
        quads.canonical(document)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_signed_as_strangers_read_them(name: str, title: str) -> None:
    facts = replace(FACTS, holder_name=name, course_title=title)
    try:
        said = quads.canonical(badge.credential(order(facts).facts))
    except UnicodeEncodeError:
        return  # half a character
    assert said == verifier.canonical(badge.credential(order(facts).facts))


def test_each_difficult_name_stands_in_the_badge_as_it_is() -> None:
    for name in NAMES.values():
        said = badge.credential(order(replace(FACTS, holder_name=name)).facts)
        assert said["credentialSubject"]["identifier"][0]["identityHash"] == name
        assert quads.canonical(said) == verifier.canonical(said)


# --- how it is made -----------------------------------------------------------------------------


def test_contexts_are_those_that_are_published() -> None:
    told = (quads.FOLDER / "README.md").read_text("utf-8")
    for url, name in quads.FILES.items():
        digest = sha256((quads.FOLDER / name).read_bytes()).hexdigest()
        assert f"| `{name}` | {url} | `{digest}` |" in told


def test_the_same_order_is_the_same_bytes() -> None:
    assert issued(order(FACTS)) == made(FACTS)


def test_zeros_in_front_of_a_number_stay() -> None:
    assert badge.base58(b"\0\0\x01") == "112"


def test_times_are_said_in_utc() -> None:
    there = AT.astimezone().replace(microsecond=5)
    assert badge.moment(there) == badge.moment(AT)
    assert badge.moment(AT + timedelta(hours=1)) == "2026-11-01T13:00:00Z"
