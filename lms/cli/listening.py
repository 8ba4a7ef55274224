"""The socket that the server listens on: handed to us, or made.

Who hands one over says so as systemd does (LISTEN_PID, LISTEN_FDS; the first is number 3). A socket
that stays open while servers come and go keeps the connections that nobody has taken yet.
"""

import os
import socket

FIRST = 3
"""The number under which systemd, and we, hand over a socket."""


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
