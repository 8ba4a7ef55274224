"""Asks a time stamp server (RFC 3161) when something existed."""

import secrets
from functools import partial

from lms.render import der
from lms.render.signature import Stamp

PATIENCE = 15
"""Seconds for an answer."""
GRANTED = (0, 1)
ASKS = {"Content-Type": "application/timestamp-query"}
BY_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)


class NoStamp(Exception):
    """There is no time stamp, and why."""


def stamp_of(address: str) -> Stamp:
    """What asks this server."""
    return partial(ask, address)


def ask(address: str, digest: bytes) -> bytes:
    """The token for this sha256."""
    import requests

    nonce = secrets.randbits(63)
    question = der.sequence(
        der.integer(1),
        der.sequence(BY_SHA256, der.octets(digest)),
        der.integer(nonce),
        der.TRUE,  # with the certificate of who stamps
    )
    try:
        answer = requests.post(address, data=question, headers=ASKS, timeout=PATIENCE)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise NoStamp(f"the time stamp server does not answer: {error}") from error
    return token_in(answer.content, digest, nonce)


def token_in(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """The token, if the answer is one to our question. Who made it, readers of the file will ask."""
    try:
        status, *tokens = der.values(der.values(answer)[0].content)
        code = int.from_bytes(der.values(status.content)[0].content, "big")
        if code not in GRANTED:
            raise NoStamp(f"the time stamp server refused: status {code}")
        said = _said(tokens[0])
    except (ValueError, IndexError) as error:
        raise NoStamp("the time stamp server's answer cannot be read") from error
    if said != (digest, nonce):
        raise NoStamp("the time stamp server answered another question")
    return tokens[0].whole


def _said(token: der.Value) -> tuple[bytes, int]:
    """For which digest and which question it is (RFC 3161, 2.4.2)."""
    _kind, signed = der.values(token.content)
    content = der.values(der.values(signed.content)[0].content)[2]
    octets = der.values(der.values(content.content)[1].content)[0]
    _version, _policy, imprint, _serial, _time, *more = der.values(
        der.values(octets.content)[0].content
    )
    digest = der.values(imprint.content)[1].content
    nonces = [one.content for one in more if one.tag == der.INTEGER]
    return digest, int.from_bytes(nonces[0], "big")
