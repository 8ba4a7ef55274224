"""What strangers and wallets find: the badge, who issued it, by which keys, and whether it still counts."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.x509 import load_pem_x509_certificates
from flask import Flask

from lms import files, keyring
from lms.database import begin_writing, db
from lms.domain import catalogue, certification, journal
from lms.models import Certificate, Course, Revocation, RevocationKind, User
from lms.printing import Press, badge_of
from lms.render import keys as signers
from lms.render.issuing import Order, issued
from tests.cli.test_commands import run
from tests.conftest import Browser, Clock, SignIn
from tests.verifier import Json, verdict


@pytest.fixture
def certificate(app: Flask, amina: User, small: Course) -> Certificate:
    """Amina's, with its files, on an installation that has its keys."""
    run(app, "keys", "new")
    begin_writing()
    edition = catalogue.current_edition(small)
    text = catalogue.text_of(edition)
    made = certification.issue(amina, small, edition, text, percent=80, earned_at=journal.now())
    assert made is not None
    db.session.flush()
    page, badge = map(files.put, issued(Order(facts=badge_of(made), keys=keyring.keys())))
    certification.keep_file(made.id, page, badge)
    db.session.commit()
    db.session.refresh(made)
    return made


def asked(visitor: Browser, address: str) -> Json:
    """What a program on any page gets."""
    answer = visitor.get(urlsplit(address).path)
    assert answer.status_code == 200, address
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
    said: Json = json.loads(answer.data)
    return said


def end(certificate: Certificate, kind: RevocationKind) -> None:
    begin_writing()
    db.session.add(
        Revocation(certificate_id=certificate.id, kind=kind, at=journal.now(), by="system")
    )
    db.session.commit()


def test_a_stranger_checks_a_badge_with_what_the_site_publishes(
    visitor: Browser, certificate: Certificate
) -> None:
    address = f"/c/{certificate.number}/credential.json"
    badge = asked(visitor, address)
    did = asked(visitor, "/.well-known/did.json")

    def states(where: str) -> Json:
        return asked(visitor, where)

    assert did["id"] == "did:web:localhost"
    assert verdict(badge, did, states) == "valid"
    assert visitor.get(address).headers["Cache-Control"] == "no-store"
    assert visitor.get(address).mimetype == "application/vc"
    end(certificate, RevocationKind.REVOKED)
    assert verdict(badge, did, states) == "revoked"
    issuer = asked(visitor, did["service"][0]["serviceEndpoint"])
    assert {name: issuer[name] for name in badge["issuer"]} == badge["issuer"]


def test_keys_that_signed_before_stay_published(
    app: Flask, visitor: Browser, certificate: Certificate, clock: Clock
) -> None:
    badge = asked(visitor, f"/c/{certificate.number}/credential.json")
    old = visitor.get("/.well-known/pdf-signers.pem").data
    keyring.keys_folder().rename(keyring.keys_folder().with_name("aside"))
    clock.moment = journal.now() + timedelta(days=900)
    run(app, "keys", "new", "--again")

    did = asked(visitor, "/.well-known/did.json")
    assert len(did["verificationMethod"]) == len(did["assertionMethod"]) == 2
    assert verdict(badge, did, lambda where: asked(visitor, where)) == "valid"
    answer = visitor.get("/.well-known/pdf-signers.pem")
    assert old in answer.data
    published = load_pem_x509_certificates(answer.data)
    assert signers.signer(keyring.keys()).certificate in published
    assert len(published) == 2


def test_what_its_holder_withdrew_is_shown_to_nobody(
    visitor: Browser, certificate: Certificate
) -> None:
    end(certificate, RevocationKind.WITHDRAWN)

    assert visitor.get(f"/c/{certificate.number}/credential.json").status_code == 404
    (place,) = {certificate.id}
    assert place
    assert asked(visitor, "/badges/states/0")["proof"]


@pytest.mark.parametrize("number", ["nonsense", "4MDGEFEE2YMT", "7K3M9QXF2WTD"])
def test_there_must_be_a_badge(visitor: Browser, number: str) -> None:
    assert visitor.get(f"/c/{number}/credential.json").status_code == 404


def test_there_must_be_such_a_list(visitor: Browser, certificate: Certificate) -> None:
    assert visitor.get("/badges/states/1").status_code == 404
    assert visitor.get("/badges/states/2147483647").status_code == 404


def test_the_states_of_one_moment_are_the_same_bytes(
    visitor: Browser, certificate: Certificate
) -> None:
    first, second = (visitor.get("/badges/states/0") for _ in range(2))

    assert first.data == second.data
    assert first.headers["Cache-Control"] == "public, max-age=60"


def test_its_holder_finds_the_ways_to_show_it(
    sign_in: SignIn, visitor: Browser, amina: User, certificate: Certificate, clock: Clock
) -> None:
    address = f"/en/c/{certificate.number}"
    page = sign_in(amina).get(address).text

    assert f'href="http://localhost/c/{certificate.number}/credential.json"' in page
    link = page.split('href="https://www.linkedin.com/profile/add?')[1].partition('"')[0]
    said = parse_qs(link.replace("&amp;", "&"))
    assert said["name"] == ["Names in short"]
    assert said["certUrl"] == [f"http://localhost{address}"]
    assert "expirationYear" not in said
    assert "linkedin" not in visitor.get(address).text

    begin_writing()
    certificate.valid_until = certificate.issued_at + timedelta(days=365)
    db.session.commit()
    clock.moment = certificate.issued_at + timedelta(days=1)
    assert "expirationYear=" in sign_in(amina).get(address).text
    clock.forward(days=500)
    assert "linkedin" not in sign_in(amina).get(address).text


def test_a_certificate_without_a_badge_offers_none(
    sign_in: SignIn, amina: User, certificate: Certificate
) -> None:
    begin_writing()
    certificate.badge_digest = None
    db.session.commit()

    assert "credential.json" not in sign_in(amina).get(f"/en/c/{certificate.number}").text


def test_a_bought_certificate_is_published_too_and_a_bad_one_stops_the_start(
    app: Flask, visitor: Browser, certificate: Certificate
) -> None:
    folder = keyring.keys_folder()
    before = visitor.get("/.well-known/pdf-signers.pem").data
    bought = folder / "bought.pem"
    bought.write_text("nothing that signs")
    app.config["PDF_CERTIFICATE"] = bought

    done = run(app, "keys", "new")

    assert done.exit_code == 1
    assert "The keys that sign PDFs cannot be used: PDF_CERTIFICATE" in done.output
    bought.unlink()
    assert "cannot be read" in run(app, "keys", "new").output
    assert visitor.get("/.well-known/pdf-signers.pem").data == before
    assert Press().make_waiting() == 0
