"""Hands a message to the mail server that MAIL_URL names."""

import smtplib
import ssl
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

PATIENCE = 10
"""Seconds that the server has for each step."""


class NotSent(Exception):
    """The server did not take the message, and why, in words for the operator."""


def send(message: EmailMessage, mail_url: str) -> None:
    """``smtps://user:password@host`` encrypts from the start, ``smtp://…?starttls=yes`` after hello.

    A name in another script than Latin (معلومات@…) needs a server that knows SMTPUTF8.
    Raises NotSent.
    """
    try:
        with _connected(urlsplit(mail_url)) as server:
            server.send_message(message)
    except smtplib.SMTPNotSupportedError as error:
        raise NotSent(f"the mail server cannot do what is needed: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error


def _connected(url: SplitResult) -> smtplib.SMTP:
    """Encrypted where the address says so, and signed in where it names somebody."""
    starttls = parse_qs(url.query).get("starttls") == ["yes"]
    host, context = url.hostname or "", ssl.create_default_context()
    if url.username and not (url.scheme == "smtps" or starttls or _is_this_machine(host)):
        raise NotSent("the password would go unencrypted: add ?starttls=yes to MAIL_URL")
    server = (
        smtplib.SMTP_SSL(host, url.port or 465, timeout=PATIENCE, context=context)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, url.port or 25, timeout=PATIENCE)
    )
    try:
        if starttls:
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
