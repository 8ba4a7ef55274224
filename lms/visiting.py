"""Asks addresses of the web whether there is a page, and reads nothing of it.

Whoever writes a course names the address, so it is an order from outside: this server asks public
addresses on the usual ports only, looks up a name once and connects to what it found, follows few
redirects, each looked at anew, and never waits long. The worker calls it, where CHECK_LINKS says so.
"""

import http.client
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import quote, urljoin, urlsplit

from flask import current_app

from lms.database import begin_writing, db
from lms.domain import upkeep
from lms.models import Verdict
from lms.repeating import Deed, committed, seldom

TIMEOUT, LONGEST = 10.0, 30.0
"""Seconds to wait for the next bytes, and for all of an answer."""
HOPS = 5
AT_ONCE = 20
"""Addresses in one turn of the worker."""
GONE = frozenset({404, 410})
MOVED = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}
NAT64 = IPv6Network("64:ff9b::/96")
AGENT = "NPOC-Learn (checks links of courses)"
log = logging.getLogger(__name__)

Address = IPv4Address | IPv6Address
Allows = Callable[[Address, int], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """code: None where there was no answer."""

    verdict: Verdict
    code: int | None = None


class _ForbiddenError(Exception):
    """It leads where this server must not look."""


@contextmanager
def sources() -> Iterator[Deed]:
    """A job: ask whether the pages that courses name are still there, where the operator allows it."""
    list_them = seldom(lambda: committed(upkeep.list_sources))

    def ask() -> None:
        if current_app.config["CHECK_LINKS"]:
            list_them()
            check_sources()

    yield ask


def check_sources() -> int:
    """Ask some of the addresses whose time has come; how many."""
    for number in range(AT_ONCE):
        begin_writing()
        address = upkeep.claim_source()
        db.session.commit()
        if address is None:
            return number
        answer = visit(address)
        begin_writing()
        upkeep.note_source(address, answer.verdict, answer.code)
        db.session.commit()
    return AT_ONCE


def is_public(address: Address, port: int) -> bool:
    """Whether it stands in the open internet, whatever way it is written, on a port of the web."""
    inner = _inner(address)
    return port in PORTS.values() and inner.is_global and not inner.is_multicast


def visit(address: str, allows: Allows = is_public) -> Answer:
    """Follow it to its end."""
    try:
        for _hop in range(HOPS):
            code, onward = _ask(address, allows)
            if code not in MOVED or not onward:
                return Answer(_verdict(code), code)
            address = urljoin(address, onward)
    except _ForbiddenError:
        return Answer(Verdict.FORBIDDEN)
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.debug("a source did not answer: %s", type(error).__name__)
    return Answer(Verdict.UNCLEAR)


def _inner(address: Address) -> Address:
    """The old address inside a new one, for who tries to hide it there."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _verdict(code: int) -> Verdict:
    if code in GONE:
        return Verdict.BROKEN
    return Verdict.FOUND if code < 400 else Verdict.UNCLEAR


def _ask(address: str, allows: Allows) -> tuple[int, str]:
    """Code and where it leads on. Some servers know no HEAD: those are asked for the page."""
    code, onward = _request("HEAD", address, allows)
    return (code, onward) if code < 400 else _request("GET", address, allows)


def _request(method: str, address: str, allows: Allows) -> tuple[int, str]:
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise _ForbiddenError
    host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    line = socket.create_connection((str(_place(host, port, allows)), port), TIMEOUT)
    with closing(line), closing(line.dup()) as same:
        alarm = Timer(LONGEST, same.shutdown, [socket.SHUT_RDWR])
        alarm.daemon = True
        alarm.start()
        try:
            return _answer(method, parts.scheme, host, port, line, _path(address))
        finally:
            alarm.cancel()


def _answer(
    method: str, scheme: str, host: str, port: int, line: socket.socket, path: str
) -> tuple[int, str]:
    if scheme == "https":
        talk: http.client.HTTPConnection = http.client.HTTPSConnection(host, port)
        talk.sock = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    else:
        talk = http.client.HTTPConnection(host, port)
        talk.sock = line
    with closing(talk):
        talk.request(method, path, headers={"User-Agent": AGENT, "Connection": "close"})
        answer = talk.getresponse()
        return answer.status, answer.getheader("Location", "")


def _place(host: str, port: int, allows: Allows) -> Address:
    """Where the name leads; forbidden if any of its addresses is."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not all(allows(place, port) for place in places):
        raise _ForbiddenError
    return places[0]


def _path(address: str) -> str:
    """What stands behind the host, without what no server may see; in ASCII."""
    parts = urlsplit(address)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{path}?{query}" if query else path
