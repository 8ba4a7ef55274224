"""Servers that are measured: started and stopped here, their processes watched through /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from tools.bench.crowd import ROOT, Installation

TICKS = os.sysconf("SC_CLK_TCK")
OURS = ("-m", "lms.cli", "serve")
LIMIT = ("-m", "tools.bench.limit")


class Server:
    """A running server and all its processes."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self._process = port, process

    def pids(self) -> list[int]:
        """The first process and everything below it."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended
                continue
            children.setdefault(parent, []).append(int(stat.parent.name))
        found = [self._process.pid]
        for pid in found:
            found.extend(children.get(pid, []))
        return found

    def cpu(self) -> float:
        """Seconds of user and system time of all processes together, those that ended too."""
        return sum(map(_cpu, self.pids()))

    def memory(self) -> dict[str, float]:
        """What each process is → its share of the memory (PSS) in MiB."""
        found: dict[str, float] = {}
        for pid in self.pids():
            name = _name(pid, self._process.pid)
            count = sum(one.startswith(name) for one in found)
            found[f"{name} {count + 1}"] = _pss(pid)
        return found


@contextmanager
def running(installation: Installation, program: Sequence[str]) -> Iterator[Server]:
    """The server of this installation, answering."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, *program], cwd=ROOT, env=installation.environment(port)
    )
    try:
        _wait_for(port)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(1200):
        try:
            connection = HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing answers at port {port}")


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS  # own and of children that ended


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _name(pid: int, server: int) -> str:
    """What a process of ours does; the worker has a session of its own, and forks share a command."""
    if "resource_tracker" in Path(f"/proc/{pid}/cmdline").read_text():
        return "resource tracker"
    if pid == server:
        return "server"
    return "background worker" if os.getsid(pid) == pid else "web worker"
