"""The server's processes: whichever ends is started again, as often as it ends.

Granian itself gives up, and the whole site with it, when the same process ends twice within seconds.
It also gives each process a socket of its own, and what waits there is lost with the process; ours
share one.
"""

import multiprocessing
import socket
import time
from collections.abc import Callable
from typing import Any

from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server as PlainServer

SHORT = 2.0
"""Seconds of a life after which one that ended waits, so that a process that cannot begin keeps
nobody busy."""
PAUSE = 1.0
"""Seconds that it waits."""
PATIENCE, MOMENT = 30.0, 1.0
"""Seconds in which a process has begun, and after which it listens."""
FORK = multiprocessing.get_context("fork")


class Server(PlainServer):  # type: ignore[misc,valid-type]  # another class on each system
    """Granian, never tired, on this socket."""

    reload_signal: bool

    def __init__(self, target: str, listening: socket.socket, **options: Any) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(target, address=host, port=port, **options)
        self._listening = listening
        self._begun = FORK.Semaphore(0)

    def _init_shared_socket(self) -> None:
        """Ours, for all processes."""
        self._shd = SocketHolder(  # type: ignore[call-arg]
            self._listening.fileno(), False, self.backlog
        )
        self._sso = None

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Callable[[], Any]) -> Any:
        def load() -> Any:
            self._begun.release()
            return callback_loader()

        return super()._spawn_worker(idx, target, load)

    def wait_until_begun(self) -> None:
        """Until each process is about to listen, and a moment longer."""
        for _process in range(self.workers):
            self._begun.acquire(timeout=PATIENCE)
        time.sleep(MOMENT)

    @property
    def web(self) -> list[int]:
        """The numbers of the processes that answer."""
        return [process.inner.pid for process in self.wrks]

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
            if self.reload_signal and not self.interrupt_signal:
                self.reload_signal = False
                self._call_hooks(self.hooks_reload)
        self.interrupt_children.clear()  # whoever ends now was asked to
