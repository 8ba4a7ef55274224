"""The socket that the server listens on: handed to us, or made.

Who hands one over says so as systemd does (LISTEN_PID, LISTEN_FDS; the first is number 3). A socket
that stays open while servers come and go keeps the connections that nobody has taken yet.
"""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

FIRST = 3
"""The number under which systemd, and we, hand over a socket."""
DEAFEN = signal.SIGURG
"""Asks a web process to take no more connections; those that it has taken go on. A process that
does not know it yet is not hurt by this signal."""


def listen(host: str, port: int, *, backlog: int) -> socket.socket:
    """The socket that was handed to this process, else a new one. Raises OSError."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        listening = socket.socket(fileno=FIRST)
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=backlog)
    listening.setblocking(False)
    return listening


def hand_over(listening: socket.socket) -> dict[str, str]:
    """Make it number 3 of the program that takes our place; the environment that says so."""
    if listening.fileno() == FIRST:
        os.set_inheritable(FIRST, True)
    else:
        os.dup2(
            listening.fileno(), FIRST
        )  # whatever had this number is closed: nothing comes after us
    return {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}


def deafen_when_asked(listening: socket.socket) -> None:
    """From DEAFEN on, this process takes nothing from the socket; others that share it still do.

    A connection that was taken, but has not asked anything yet, would be closed by a server that
    ends; so who is to end first stops taking any, and has a moment for those it took.
    """
    signal.signal(DEAFEN, lambda _number, _frame: _deafen(os.fstat(listening.fileno()).st_ino))


def _deafen(inode: int) -> None:
    """Put a socket to which nobody connects wherever this process holds the one with this number.

    Closing would not do: who waits for it would wait for a number that is given to something else.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        for held in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # the folder itself was open, too
                if held.stat().st_ino == inode:
                    os.dup2(silent.fileno(), int(held.name), inheritable=False)
