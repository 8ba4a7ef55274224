"""Hands a message to the mail server that MAIL_URL names."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from ipaddress import ip_address
from threading import Timer
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

PATIENCE = 10
"""Seconds that the server has for each step."""
DEADLINE = 120
"""Seconds for all steps: a server that says one sign every nine seconds would never be too slow."""


class NotSent(Exception):
    """The server did not take the message, and why: its own answer, or words for the operator.

    is_final: it says that it never will take this one (5xx); other faults may be ours.
    """

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


def send(message: EmailMessage, mail_url: str) -> None:
    """``smtps://user:password@host`` encrypts from the start, ``smtp://…?starttls=yes`` after hello.

    A name in another script than Latin (معلومات@…) needs a server that knows SMTPUTF8.
    Raises NotSent.
    """
    url = urlsplit(mail_url)
    server = _server(url)
    with _hung_up_in_time(server), _in_words():
        _greet(server, url)
        server.send_message(message)
        with suppress(
            smtplib.SMTPException, OSError
        ):  # it has the mail: that it must not get twice
            server.quit()


def _server(url: SplitResult) -> smtplib.SMTP:
    """Not connected yet."""
    host = url.hostname or ""
    if url.username and not (
        url.scheme == "smtps" or _wants_starttls(url) or _is_this_machine(host)
    ):
        raise NotSent("the password would go unencrypted: add ?starttls=yes to MAIL_URL")
    server = (
        smtplib.SMTP_SSL(timeout=PATIENCE, context=ssl.create_default_context())
        if url.scheme == "smtps"
        else smtplib.SMTP(timeout=PATIENCE)
    )
    # Whose certificate it must be; smtplib would only know by connecting at once.
    server._host = host  # type: ignore[attr-defined]
    return server


def _greet(server: smtplib.SMTP, url: SplitResult) -> None:
    """Encrypted where the address says so, and signed in where it names somebody."""
    code, answer = server.connect(url.hostname or "", url.port or server.default_port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    if _wants_starttls(url):
        server.starttls(context=ssl.create_default_context())
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


@contextmanager
def _hung_up_in_time(server: smtplib.SMTP) -> Iterator[None]:
    """The line is cut at the deadline, whatever is going on there, and at the end."""
    watch = Timer(DEADLINE, _cut, (server,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        server.close()


def _cut(server: smtplib.SMTP) -> None:
    """Whoever waits for an answer learns at once that none comes."""
    line = server.sock
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise NotSent(f"the mail server cannot do what is needed: {error}") from error
    except smtplib.SMTPRecipientsRefused as error:
        ((code, answer),) = error.recipients.values()
        raise NotSent(_answer(code, answer), is_final=code >= 500) from error
    except smtplib.SMTPDataError as error:
        final = error.smtp_code >= 500
        raise NotSent(_answer(error.smtp_code, error.smtp_error), is_final=final) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(_answer(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error


def _answer(code: int, answer: bytes | str) -> str:
    """On one line, such as ``550 No such user here``."""
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(said.split())}"


def _wants_starttls(url: SplitResult) -> bool:
    return parse_qs(url.query).get("starttls") == ["yes"]


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
