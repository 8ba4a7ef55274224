"""The server's processes: whichever ends is started again, as often as it ends.

Granian itself gives up, and the whole site with it, when the same process ends twice within seconds.
"""

import time
from collections.abc import Callable
from typing import Any

from granian.server import Server as PlainServer

SHORT = 2.0
"""Seconds of a life after which one that ended waits, so that a process that cannot begin keeps
nobody busy."""
PAUSE = 1.0
"""Seconds that it waits."""


class Server(PlainServer):  # type: ignore[misc,valid-type]  # another class on each system
    """Granian, never tired."""

    def _serve_loop(self, spawn_target: Callable[..., None], target_loader: Any) -> None:
        """Until a signal: start again what ended. Each that ends adds its number, then wakes us."""
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait()
            self.main_loop_interrupt.clear()
            while self.interrupt_children and not self.interrupt_signal:
                number = self.interrupt_children.pop(0)
                if time.monotonic() - self.wrks[number].birth < SHORT:
                    time.sleep(PAUSE)
                self._respawn_workers([number], spawn_target, target_loader)
        self.interrupt_children.clear()  # whoever ends now was asked to
