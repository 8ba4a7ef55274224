"""What the server forks ends when the server does, however that ended: nobody else would end it.

A process that is killed cannot say so; but the system closes its end of a pipe. A server that loads
itself anew hands the pipe on (see succession.py): its old processes still have to answer.
"""

import os
import signal
import threading
import time

PIPE = "LMS_LIFELINE"
"""The environment variable with the numbers of the two ends."""


class Lifeline:
    """A pipe whose one end the server alone holds, for as long as it lives."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        handed = os.environ.pop(PIPE, "")
        self._ours, self._servers = map(int, handed.split()) if handed else os.pipe()

    def hand_over(self) -> dict[str, str]:
        """Variables that tell a successor, which is the same process, where the pipe is."""
        for end in (self._ours, self._servers):
            os.set_inheritable(end, True)
        return {PIPE: f"{self._ours} {self._servers}"}

    def hold(self) -> None:
        """In a fork, before all else: end when the server is gone."""
        os.close(self._servers)
        threading.Thread(target=self._wait, name="lifeline", daemon=True).start()

    def _wait(self) -> None:
        os.read(self._ours, 1)  # nobody ever writes
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self._patience)
        os.kill(os.getpid(), signal.SIGKILL)
