"""A bare Debian in a folder, and a small stand-in for systemd in it: a chroot has no process 1."""

import ctypes
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BASE = Path(tempfile.gettempdir()) / "npoc-learn-debian"
"""Made once; each walk begins with a copy."""
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
SYSTEMCTL = """\
#!/usr/bin/python3
import json, socket, sys
with socket.socket(socket.AF_UNIX) as manager:
    manager.connect("/run/manager")
    manager.sendall(json.dumps(sys.argv[1:]).encode())
    manager.shutdown(socket.SHUT_WR)
    answer = json.loads(b"".join(iter(lambda: manager.recv(65536), b"")))
sys.stdout.write(answer["said"])
sys.exit(answer["code"])
"""


class Failed(Exception):
    """A command did not do what it should; with what it said."""


class Machine:
    """The folder, as a machine of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        own = ("PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_INDEX_URL", "http_proxy", "https_proxy")
        self.environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **{name: os.environ[name] for name in own if name in os.environ},
        }

    def run(self, command: str, *, fails: bool = False) -> str:
        """In a shell, as root; what it said. Raises Failed, or with ``fails``: when it works."""
        done = subprocess.run(
            ["chroot", self.root, "/bin/bash", "-euo", "pipefail", "-c", command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if bool(done.returncode) != fails:
            raise Failed(f"{command}\n{done.stdout}")
        return done.stdout

    def processes(self, command: str) -> set[int]:
        """Those in the machine that were started so."""
        found = subprocess.run(
            ["pgrep", "-f", command], capture_output=True, text=True, check=False
        )
        here = set()
        for pid in found.stdout.split():
            with suppress(OSError):  # it ended while we looked
                if Path(f"/proc/{pid}/root").readlink() == self.root.resolve():
                    here.add(int(pid))
        return here

    def path(self, inside: str) -> Path:
        """Where a file of the machine lies."""
        return self.root / inside.lstrip("/")


@contextmanager
def bare_debian() -> Iterator[Machine]:
    """A copy of what debootstrap makes, with what its network needs; gone afterwards."""
    if not (BASE / "etc/debian_version").exists():
        shutil.rmtree(BASE, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", BASE], check=True)
    folder = Path(tempfile.mkdtemp(prefix="npoc-learn-real-"))
    root = folder / "root"
    subprocess.run(["cp", "-a", BASE, root], check=True)
    for file in ("resolv.conf", "ssl/certs/ca-certificates.crt"):
        (root / "etc" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path("/etc") / file, root / "etc" / file)
    for known in ("etc/apt/apt.conf.d", "usr/local/share/ca-certificates"):
        shutil.copytree(Path("/") / known, root / known, dirs_exist_ok=True)
    refuse = root / "usr/sbin/policy-rc.d"  # what apt installs must not start here
    refuse.write_text("#!/bin/sh\nexit 101\n")
    refuse.chmod(0o755)
    shared = root / "dev/shm"  # semaphores lie there
    shared.mkdir(exist_ok=True)
    shared.chmod(0o1777)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    try:
        yield Machine(root)
    finally:
        subprocess.run(["umount", "--lazy", root / "proc"], check=True)
        shutil.rmtree(folder)


def leave_the_network() -> None:
    """From now on this process and those it starts reach nothing but themselves."""
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class Manager:
    """Does for the machine's `systemctl` what systemd would: sockets, processes, signals."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._sockets: dict[str, socket.socket] = {}
        script = machine.path("/usr/local/bin/systemctl")
        script.write_text(SYSTEMCTL)
        script.chmod(0o755)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(machine.path("/run/manager")))
        self._listening.listen()
        threading.Thread(target=self._answer, daemon=True).start()

    def end(self) -> None:
        """Everything that was started."""
        for unit in list(self._running):
            self._stop(unit)

    def _answer(self) -> None:
        while True:
            asking, _address = self._listening.accept()
            with asking:
                words = json.loads(b"".join(iter(lambda: asking.recv(65536), b"")))  # noqa: B023
                try:
                    answer = {"code": 0, "said": self._obey(*words)}
                except Exception as error:  # whatever it is, who asked must hear it
                    answer = {"code": 1, "said": f"{type(error).__name__}: {error}\n"}
                asking.sendall(json.dumps(answer).encode())

    def _obey(self, verb: str, *units: str) -> str:
        if verb == "daemon-reload":
            units_of_ours = "/etc/systemd/system/npoc-learn*"
            return self._machine.run(f"systemd-analyze verify {units_of_ours}")
        deeds = {
            "enable": self._start,
            "start": self._start,
            "stop": self._stop,
            "reload": self._reload,
            "restart": self._restart,
        }
        for unit in units:
            if not unit.startswith("--"):
                deeds[verb](unit)
        return ""

    def _start(self, unit: str) -> None:
        if unit.endswith(".socket"):
            host, _, port = self._settings(unit)["ListenStream"].rpartition(":")
            self._sockets[unit] = socket.create_server((host, int(port)), backlog=1000)
        elif unit.endswith(".timer"):
            self._machine.run(f"systemd-analyze calendar '{self._settings(unit)['OnCalendar']}'")
        elif unit in {"nginx", "caddy"}:
            self._running[unit] = self._process(PROXIES[unit], {}, None)
        else:
            self._start_service(unit if "." in unit else f"{unit}.service")

    def _start_service(self, unit: str) -> None:
        said = self._settings(unit)
        words = shlex.split(self._machine.path(said["EnvironmentFile"]).read_text(), comments=True)
        environment = dict(word.split("=", 1) for word in words)
        command = f"cd {said['WorkingDirectory']}; umask {said['UMask']}; exec setpriv --reuid {said['User']} "
        command += f"--regid {said['Group']} --init-groups --no-new-privs {said['ExecStart']}"
        given = self._sockets.get(unit.replace(".service", ".socket"))
        process = self._process(command, environment, given)
        if said["Type"] != "oneshot":
            self._running[unit] = process
        elif process.wait():
            raise Failed(f"{unit} failed")

    def _process(
        self, command: str, environment: dict[str, str], given: socket.socket | None
    ) -> subprocess.Popen[bytes]:
        if given is not None:
            command = f"export LISTEN_FDS=1 LISTEN_PID=$$; {command}"
        log = self._machine.path("/var/log/journal.log").open("ab")
        number = None if given is None else given.fileno()
        return subprocess.Popen(
            ["chroot", self._machine.root, "/bin/sh", "-c", command],
            env={"PATH": self._machine.environment["PATH"], **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=() if number is None else (3,),
            preexec_fn=None if number is None else lambda: os.dup2(number, 3),
            start_new_session=True,
        )

    def _stop(self, unit: str) -> None:
        if unit.endswith(".socket"):
            self._sockets.pop(unit).close()
            return
        process = self._running.pop(unit if unit in PROXIES or "." in unit else f"{unit}.service")
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        for left in set() if unit in PROXIES else self._machine.processes("lms.cli serve"):
            with suppress(ProcessLookupError):  # as KillMode=mixed does at the end
                os.kill(left, signal.SIGKILL)

    def _reload(self, unit: str) -> None:
        if unit in PROXIES and unit not in self._running:
            self._start(unit)
        else:
            known = self._running[unit if unit in PROXIES or "." in unit else f"{unit}.service"]
            known.send_signal(signal.SIGHUP)

    def _restart(self, unit: str) -> None:
        self._stop(unit)
        self._start(unit)

    def _settings(self, unit: str) -> dict[str, str]:
        lines = self._machine.path(f"/etc/systemd/system/{unit}").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


PROXIES = {
    "nginx": "exec nginx -g 'daemon off;'",
    "caddy": "exec caddy run --config /etc/caddy/Caddyfile --adapter caddyfile",
}
