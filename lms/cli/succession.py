"""A new server takes the place of the old one, and no request fails.

The process stays the same, so whoever watches it (systemd) sees no end: it loads itself anew, with the
code that is there now, on the same socket. The web processes of the old code go on meanwhile. When
those of the new code are there, the old ones finish what they are doing and end.
"""

import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from socket import socket

from lms.cli.lifeline import Lifeline
from lms.cli.listening import DEAFEN, hand_over

log = logging.getLogger(__name__)

COMMAND = "LMS_COMMAND"
"""The environment variable in which the `lms` script says where it stands: where a link leads may change."""
PREDECESSORS = "LMS_PREDECESSORS"
"""The environment variable in which a server tells its successor which processes still answer."""
PATIENCE = 180
"""Seconds in which a successor must have said whether it can begin."""
LONGEST = 75.0
"""Seconds that the old processes have for what they are doing: a form on a slow line has a minute."""
MOMENT = 0.5
"""Seconds in which a connection that was just taken asks something."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at them."""
HELD_BACK = {signal.SIGHUP, signal.SIGTERM, signal.SIGINT}
"""What is sent while nobody listens, because the successor is still loading, waits for it."""


def take_our_place(
    listening: socket, lifeline: Lifeline, web: Sequence[int], prepare: Callable[[], None]
) -> None:
    """Become the successor, if it can begin; ``prepare`` is called just before. Else go on."""
    command = started_by()
    if not can_begin([*command, "--check"]):
        return
    prepare()
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
    environment = {
        **os.environ,
        PREDECESSORS: " ".join(map(str, web)),
        **hand_over(listening),
        **lifeline.hand_over(),
    }
    os.execvpe(command[0], command, environment)  # noqa: S606 (the command that started us)


def started_by() -> list[str]:
    """The command line of this process, by the name it was called by."""
    script = os.environ.get(COMMAND)
    return [script, *sys.argv[1:]] if script else [sys.executable, *sys.orig_argv[1:]]


def can_begin(check: Sequence[str]) -> bool:
    """Whether the code and the settings that are there now make a server."""
    try:
        done = subprocess.run(check, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = type(error).__name__
    else:
        reason = done.stderr.strip().rpartition("\n")[2]
        if not done.returncode:
            return True
    log.error("the new server cannot begin, the old one goes on: %s", reason)
    return False


class Predecessors:
    """The web processes of the server before us, which are our children now."""

    def __init__(self) -> None:
        self._pids = [int(pid) for pid in os.environ.pop(PREDECESSORS, "").split()]
        self._until = math.inf
        self._ending: threading.Thread | None = None

    def end_after(self, ours_begin: Callable[[], object]) -> None:
        """End them when ``ours_begin`` returns; does not wait for it."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)  # now somebody listens
        self._ending = threading.Thread(target=self._end, args=(ours_begin,))
        self._ending.start()

    def end_now(self, patience: float) -> None:
        """The server itself ends; they have so many seconds. Harmless when there are none."""
        self._until = min(self._until, time.monotonic() + patience)
        if self._ending is not None:
            self._ending.join()

    def _end(self, ours_begin: Callable[[], object]) -> None:
        ours_begin()
        self._until = min(self._until, time.monotonic() + LONGEST)
        self._send(DEAFEN)
        time.sleep(MOMENT if self._pids else 0)
        self._send(signal.SIGTERM)
        while self._pids:
            if time.monotonic() >= self._until:
                for pid in self._pids:
                    os.kill(pid, signal.SIGKILL)
            self._pids = [pid for pid in self._pids if os.waitpid(pid, os.WNOHANG)[0] == 0]
            time.sleep(LOOK_AGAIN)

    def _send(self, number: signal.Signals) -> None:
        for pid in self._pids:
            os.kill(pid, number)
