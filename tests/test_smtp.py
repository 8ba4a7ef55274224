"""Mail handed to a real SMTP server."""

import socket
import time
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from urllib.parse import quote

import pytest

from lms import smtp
from tests import servers
from tests.servers import PASSWORD, USER

pytestmark = pytest.mark.once

WHO = f"{USER}:{quote(PASSWORD, safe='')}@"


AIOSMTPD_WARNS = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this process trusts."""
    file = servers.make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.fixture
def mail() -> EmailMessage:
    """A mail to an address that any server knows."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "learn@npoc.example", "amina@ngo.example"
    message["Subject"] = "Grüße"
    message.set_content("Hello")
    return message


def arabic() -> EmailMessage:
    message = EmailMessage(policy=SMTPUTF8)
    message["From"], message["To"] = "learn@npoc.example", "معلومات@مثال.السعودية"
    message["Subject"] = "مرحبا"
    message.set_content("Hello")
    return message


def failure(message: EmailMessage, url: str) -> str:
    with pytest.raises(smtp.NotSent) as refused:
        smtp.send(message, url)
    return str(refused.value)


def test_a_mail_is_sent_to_a_server_nearby(mail: EmailMessage) -> None:
    with servers.smtp_server() as post:
        smtp.send(mail, f"smtp://127.0.0.1:{post.port}")
    assert post.recipients == [["amina@ngo.example"]]
    assert [message["Subject"] for message in post.messages] == ["Grüße"]
    assert (post.signed_in, post.encrypted) == ([False], [False])


def test_starttls_encrypts_before_the_password_is_sent(
    mail: EmailMessage, certificate: Path
) -> None:
    with servers.smtp_server(certificate=certificate, sign_in=True) as post:
        smtp.send(mail, f"smtp://{WHO}127.0.0.1:{post.port}?starttls=yes")
    assert (post.signed_in, post.encrypted) == ([True], [True])


@AIOSMTPD_WARNS
def test_smtps_encrypts_from_the_start(mail: EmailMessage, certificate: Path) -> None:
    with servers.smtp_server(certificate=certificate, encrypted=True, sign_in=True) as post:
        smtp.send(mail, f"smtps://{WHO}127.0.0.1:{post.port}")
    assert (post.signed_in, post.encrypted) == ([True], [True])


def test_a_certificate_that_nobody_vouches_for_is_refused(
    mail: EmailMessage, tmp_path: Path
) -> None:
    certificate = servers.make_certificate(tmp_path)
    with servers.smtp_server(certificate=certificate, encrypted=True) as post:
        said = failure(mail, f"smtps://127.0.0.1:{post.port}")
    assert said.startswith("SSLCertVerificationError")
    assert post.messages == []


@AIOSMTPD_WARNS
def test_a_wrong_password_is_said(mail: EmailMessage, certificate: Path) -> None:
    with servers.smtp_server(certificate=certificate, encrypted=True, sign_in=True) as post:
        said = failure(mail, f"smtps://{USER}:wrong@127.0.0.1:{post.port}")
    assert said.startswith("535 5.7.8 ")


def test_a_password_never_travels_unencrypted(mail: EmailMessage) -> None:
    assert failure(mail, f"smtp://{WHO}mail.npoc.example:587") == (
        "the password would go unencrypted: add ?starttls=yes to MAIL_URL"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_on_this_machine_it_may(mail: EmailMessage, host: str) -> None:
    said = failure(mail, f"smtp://{WHO}{host}:{servers.closed_port()}")
    assert said.startswith("ConnectionRefusedError")


def test_a_server_without_starttls_is_told_apart(mail: EmailMessage) -> None:
    with servers.smtp_server() as post:
        said = failure(mail, f"smtp://127.0.0.1:{post.port}?starttls=yes")
    assert said == (
        "the mail server cannot do what is needed: STARTTLS extension not supported by server."
    )


def test_an_address_in_any_script_reaches_a_server_that_knows_them() -> None:
    with servers.smtp_server() as post:
        smtp.send(arabic(), f"smtp://127.0.0.1:{post.port}")
    assert post.recipients == [["معلومات@مثال.السعودية"]]
    assert [message["Subject"] for message in post.messages] == ["مرحبا"]


def test_a_server_that_does_not_know_them_is_named_as_the_reason() -> None:
    with servers.smtp_server(any_script=False) as post:
        said = failure(arabic(), f"smtp://127.0.0.1:{post.port}")
    assert said.startswith("the mail server cannot do what is needed: One or more")
    assert "SMTPUTF8" in said


def test_what_the_server_says_is_passed_on(mail: EmailMessage) -> None:
    with servers.smtp_server() as post:
        post.refuse = "451 Try again later"
        assert failure(mail, f"smtp://127.0.0.1:{post.port}") == ("451 Try again later")


# --- refused, slow, silent ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "is_final"), [("550 5.1.1 No such user", True), ("450 Try again later", False)]
)
def test_a_recipient_that_is_refused_is_told_with_the_words_of_the_server(
    mail: EmailMessage, answer: str, is_final: bool
) -> None:
    with servers.smtp_server() as post:
        post.refuse_to["amina@ngo.example"] = answer
        with pytest.raises(smtp.NotSent) as refused:
            smtp.send(mail, f"smtp://127.0.0.1:{post.port}")
    assert (str(refused.value), refused.value.is_final) == (answer, is_final)


@pytest.mark.parametrize(
    ("answer", "is_final"), [("554 No thanks", True), ("451 Try again later", False)]
)
def test_so_is_a_message(mail: EmailMessage, answer: str, is_final: bool) -> None:
    with servers.smtp_server() as post:
        post.refuse = answer
        with pytest.raises(smtp.NotSent) as refused:
            smtp.send(mail, f"smtp://127.0.0.1:{post.port}")
    assert (str(refused.value), refused.value.is_final) == (answer, is_final)


def test_a_server_that_wants_nobody_is_no_fault_of_the_mail(mail: EmailMessage) -> None:
    unwilling = servers.odd_server(servers.talking("554 No SMTP service here"))
    with unwilling as port, pytest.raises(smtp.NotSent) as refused:
        smtp.send(mail, f"smtp://127.0.0.1:{port}")
    assert (str(refused.value), refused.value.is_final) == ("554 No SMTP service here", False)


TAKEN = ("220 hello", "250 hello", "250 sender", "250 recipient")


def test_a_server_that_falls_silent_is_given_up(
    mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    with servers.odd_server(servers.talking(*TAKEN)) as port:
        assert failure(mail, f"smtp://127.0.0.1:{port}").endswith("timed out")


@pytest.mark.parametrize("silent", ["", "554 I do not say goodbye"])
def test_a_mail_that_was_taken_is_sent_however_the_server_ends(
    mail: EmailMessage, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    """Else it would be sent once more."""
    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    taken: list[bytes] = []

    def take(line: socket.socket) -> None:
        with line.makefile("rwb") as file:
            for answer in (*TAKEN, "354 go on"):
                file.write(f"{answer}\r\n".encode())
                file.flush()
                file.readline()
            while (said := file.readline()) not in (b"", b".\r\n"):
                taken.append(said)
            file.write(f"250 taken\r\n{silent}\r\n".encode())
            file.flush()
            file.readline()
            file.readline()

    with servers.odd_server(take) as port:
        smtp.send(mail, f"smtp://127.0.0.1:{port}")
    assert b"Hello\r\n" in taken


def test_a_server_that_says_a_sign_now_and_then_is_cut_off(
    mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "DEADLINE", 0.5)

    def drip(line: socket.socket) -> None:
        while True:
            line.sendall(b"x")
            time.sleep(0.05)

    with servers.odd_server(drip) as port:
        assert not failure(mail, f"smtp://127.0.0.1:{port}").strip("-1 x")  # what it said so far


def test_a_deadline_before_there_is_a_line_cuts_nothing(
    mail: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "DEADLINE", 0)
    said = failure(mail, f"smtp://127.0.0.1:{servers.closed_port()}")
    assert said.startswith("ConnectionRefusedError")
