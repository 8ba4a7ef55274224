"""What the server forks ends when the server does, however that ended: nobody else would end it.

A process that is killed cannot say so; but the system closes its end of a pipe.
"""

import os
import signal
import threading
import time


class Lifeline:
    """A pipe whose one end the server alone holds, for as long as it lives."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._ours, self._servers = os.pipe()

    def hold(self) -> None:
        """In a fork, before all else: end when the server is gone."""
        os.close(self._servers)
        threading.Thread(target=self._wait, name="lifeline", daemon=True).start()

    def _wait(self) -> None:
        os.read(self._ours, 1)  # nobody ever writes
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self._patience)
        os.kill(os.getpid(), signal.SIGKILL)
