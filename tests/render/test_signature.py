"""PDFs are signed by PAdES: whoever changes a byte is found out, whatever key signed."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.render import der, keys, signature, stamping
from lms.render.issuing import issued
from lms.render.keys import BadKey
from lms.render.signature import PrivateKey
from lms.render.stamping import NoStamp
from tests.orders import KEYS, made, order, pem
from tests.render.test_pdf import FACTS, faults_in, is_sound

pytestmark = pytest.mark.once

NOW = datetime.now(UTC)
NONE = NoEncryption()


def signed_data(pdf: bytes) -> der.Value:
    """The signature; after one with a time stamp there are zeros."""
    begin, end, _rest = spans(pdf)
    return der.first(bytes.fromhex(pdf[begin + 1 : end - 1].decode()))


def spans(pdf: bytes) -> tuple[int, int, int]:
    """Where the gap begins and ends, and how much stands after it."""
    (found,) = re.findall(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    begin, end, rest = map(int, found)
    return begin, end, rest


# --- what it covers -----------------------------------------------------------------------------


def test_every_byte_but_the_signature_itself_is_covered() -> None:
    pdf = made(FACTS).page
    begin, end, rest = spans(pdf)

    assert end + rest == len(pdf)
    assert pdf[begin:end] == b"<%b>" % signed_data(pdf).whole.hex().encode()


def test_a_change_anywhere_is_found(tmp_path: Path) -> None:
    pdf, path = made(FACTS).page, tmp_path / "changed.pdf"
    begin, end, _rest = spans(pdf)
    path.write_bytes(pdf)
    assert is_sound(path)

    last_of_signature = begin + 2 * len(signed_data(pdf).whole) - 3
    for place in (20, begin // 2, begin - 200, last_of_signature, end + 300, len(pdf) - 40):
        changed = bytearray(pdf)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert not is_sound(path), place
    path.write_bytes(pdf + b"\n% and something more\n")
    assert not is_sound(path)


def test_openssl_finds_what_cades_asks_for(tmp_path: Path) -> None:
    """An independent reader: the certificate is named in what is signed (signing-certificate-v2)."""
    pdf = made(FACTS).page
    begin, end, _rest = spans(pdf)
    (tmp_path / "said").write_bytes(pdf[:begin] + pdf[end:])
    (tmp_path / "cms").write_bytes(signed_data(pdf).whole)
    (tmp_path / "ca").write_text(keys.pem(keys.signer(KEYS).certificate))
    command = "openssl cms -verify -cades -binary -inform DER -in cms -content said -CAfile ca"
    done = subprocess.run(
        [*command.split(), "-purpose", "any", "-out", "/dev/null"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Verification successful" in done.stderr


# --- whose key ----------------------------------------------------------------------------------


def test_machines_with_the_same_key_have_the_same_certificate_and_others_another() -> None:
    again = replace(KEYS)
    keys.signer.cache_clear()
    first = keys.signer(KEYS).certificate
    keys.signer.cache_clear()

    assert keys.signer(again).certificate == first
    assert keys.signer(replace(KEYS, own=pem(b"others"))).certificate != first
    assert keys.signer(replace(KEYS, host="elsewhere.example")).certificate != first
    assert "PRIVATE" not in repr(KEYS)


def test_badges_are_signed_by_ed25519_only() -> None:
    other = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NONE)

    with pytest.raises(BadKey, match="no Ed25519"):
        keys.badge_key(replace(KEYS, own=other))


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certified(
    key: PrivateKey,
    name: str,
    above: tuple[PrivateKey, x509.Certificate] | None = None,
    usage: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    """By itself, or by whoever is above it."""
    said = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer = (above[0], above[1].subject) if above else (key, said)
    builder = (
        x509.CertificateBuilder(issuer, said, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=above is None, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(issuer_key, SHA256())


@pytest.fixture(scope="module")
def authority() -> tuple[PrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certified(key, "An authority")


@pytest.mark.parametrize("kind", ["PKCS#12", "one PEM file", "two PEM files, encrypted"])
def test_a_bought_key_signs_when_it_is_given(
    tmp_path: Path, authority: tuple[PrivateKey, x509.Certificate], kind: str
) -> None:
    key = rsa_key()
    own = certified(key, "NPOC, as a seller knows it", authority)
    encrypted = BestAvailableEncryption(b"a password")
    chain = own.public_bytes(Encoding.PEM) + authority[1].public_bytes(Encoding.PEM)
    bought = {
        "PKCS#12": replace(
            KEYS,
            bought=pkcs12.serialize_key_and_certificates(b"n", key, own, [authority[1]], encrypted),
            password="a password",
        ),
        "one PEM file": replace(
            KEYS, bought=chain + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NONE)
        ),
        "two PEM files, encrypted": replace(
            KEYS,
            bought=chain,
            bought_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encrypted),
            password="a password",
        ),
    }[kind]
    path = tmp_path / "bought.pdf"
    path.write_bytes(issued(order(FACTS, bought)).page)

    assert is_sound(path)
    assert faults_in(path.read_bytes()) == []
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True)
    assert "NPOC, as a seller knows it" in said.stdout


def test_what_cannot_sign_says_why() -> None:
    key, other = rsa_key(), rsa_key()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NONE)
    own = certified(key, "NPOC").public_bytes(Encoding.PEM)
    theirs = certified(other, "Others").public_bytes(Encoding.PEM)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    odd = ed25519.Ed25519PrivateKey.generate()
    odd_text = odd.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NONE)
    for bought, why in (
        (replace(KEYS, bought=b"no key at all"), "PDF_CERTIFICATE, PDF_KEY and PDF_PASSWORD"),
        (replace(KEYS, bought=own), "PDF_CERTIFICATE, PDF_KEY and PDF_PASSWORD"),
        (replace(KEYS, bought=own, bought_key=locked), "Password was not given"),
        (replace(KEYS, bought=theirs, bought_key=text), "do not belong together"),
        (replace(KEYS, bought=own, bought_key=odd_text), "must be RSA or of an elliptic curve"),
    ):
        with pytest.raises(BadKey, match=why):
            keys.signer(bought)


# --- when ---------------------------------------------------------------------------------------

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""


@pytest.fixture(scope="module")
def clock_tower(
    tmp_path_factory: pytest.TempPathFactory, authority: tuple[PrivateKey, x509.Certificate]
) -> Iterator[tuple[str, Path]]:
    """A time stamp server on this machine, made of openssl: its address and its folder."""
    folder = tmp_path_factory.mktemp("tsa")
    key = rsa_key()
    own = certified(key, "A clock tower", authority, ExtendedKeyUsageOID.TIME_STAMPING)
    (folder / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NONE))
    (folder / "own").write_bytes(own.public_bytes(Encoding.PEM))
    (folder / "ca").write_bytes(authority[1].public_bytes(Encoding.PEM))
    (folder / "configuration").write_text(CONFIGURATION)
    (folder / "serial").write_text("01")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Tower, folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder
    server.shutdown()
    server.server_close()


class Tower(BaseHTTPRequestHandler):
    """Answers as RFC 3161 says; at /late with what it said before, at /no with a refusal."""

    def __init__(self, folder: Path, *more: object) -> None:
        self.folder = folder
        super().__init__(*more)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        """One question."""
        question = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "question").write_bytes(question)
        if self.path == "/":
            command = "openssl ts -reply -config configuration -queryfile question -inkey key"
            subprocess.run(
                [*command.split(), "-signer", "own", "-out", "answer"],
                cwd=self.folder,
                check=True,
                capture_output=True,
            )
        answer = (self.folder / "answer").read_bytes()
        if self.path == "/no":
            answer = der.sequence(der.sequence(der.integer(2)))
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_with_a_time_stamp_server_the_time_is_in_the_signature(
    tmp_path: Path, clock_tower: tuple[str, Path]
) -> None:
    address, folder = clock_tower
    path = tmp_path / "stamped.pdf"
    path.write_bytes(issued(order(FACTS, replace(KEYS, time_stamps=address))).page)

    assert is_sound(path)
    assert faults_in(path.read_bytes()) == []
    pdf = path.read_bytes()
    cms = signed_data(pdf)
    signed = der.values(der.values(cms.content)[1].content)[0]
    (signer,) = der.values(der.values(signed.content)[-1].content)
    *_more, value, unsigned = der.values(signer.content)
    kind, tokens = der.values(der.values(unsigned.content)[0].content)
    assert kind.whole == signature.TIME_STAMP
    (tmp_path / "token").write_bytes(der.values(tokens.content)[0].whole)
    (tmp_path / "value").write_bytes(value.content)
    shutil.copy(folder / "ca", tmp_path)
    command = "openssl ts -verify -token_in -in token -data value -CAfile ca"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Verification: OK" in done.stdout


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("late", "answered another question"),
        ("no", "refused: status 2"),
        ("broken", "does not answer: 500"),
    ],
)
def test_without_a_true_stamp_nothing_is_signed(
    clock_tower: tuple[str, Path], path: str, why: str
) -> None:
    address, folder = clock_tower
    stamping.ask(address, bytes(32))
    assert (folder / "answer").exists()

    with pytest.raises(NoStamp, match=why):
        stamping.ask(address + path, bytes(32))


@pytest.mark.parametrize(
    "answer", [b"", b"\x30", b"\x30\x82\xff\xff", b"nonsense", b"\x30\x03\x30\x01\x00"]
)
def test_an_answer_that_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(NoStamp, match="cannot be read"):
        stamping.token_in(answer, bytes(32), 1)


def test_a_stamp_that_is_too_large_is_refused() -> None:
    signer = replace(keys.signer(KEYS), stamp=lambda _digest: bytes(signature.STAMP + 1000))
    pdf = signature.gap(signer, "NPOC", "a reason", FACTS.issued_at)

    with pytest.raises(ValueError, match="larger than there is room for"):
        signature.sign(pdf, signer)


def test_numbers_and_lengths_are_written_as_der_does() -> None:
    assert der.integer(0) == b"\x02\x01\x00"
    assert der.integer(128) == b"\x02\x02\x00\x80"
    assert der.octets(bytes(200))[:3] == b"\x04\x81\xc8"
    assert der.octets(bytes(300))[:4] == b"\x04\x82\x01\x2c"
    assert der.oid("1.2.840.113549") == bytes.fromhex("06062a864886f70d")
    assert [one.tag for one in der.values(der.integer(1) + der.octets(bytes(300)))] == [2, 4]
