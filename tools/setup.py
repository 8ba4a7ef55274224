"""Sets up everything that running (and with --tests: checking) needs, from python3 alone.

System libraries come from apt when we may use it, else they are unpacked into .native/ beside the
project. Python packages go into .venv/. When nothing changed since the last time, nothing is done.
"""

import argparse
import contextlib
import ctypes
import ctypes.util
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NATIVE = ROOT / ".native"
TRANSLATIONS = ROOT / "lms" / "translations"


def main() -> None:
    parser = argparse.ArgumentParser(description="Set up NPOC Learn.")
    parser.add_argument("--tests", action="store_true", help="also what the checks need")
    try:
        set_up(tests=parser.parse_args().tests)
    except subprocess.CalledProcessError:
        sys.exit("Set-up stopped; the reason is above. Starting it again continues.")


def set_up(*, tests: bool) -> None:
    lock = ROOT / ("requirements-dev.txt" if tests else "requirements.txt")
    if not is_ready(lock):
        require_python()
        provide_system(RUN)
        if tests:
            provide_test_tools()
        make_venv()
        install(lock)
        write_command()
        if NATIVE.exists():
            write_preloader()
        mark_ready(lock)
    compile_catalogues()


def is_ready(lock: Path) -> bool:
    stamp = VENV / f"ready-{lock.stem}"
    return stamp.exists() and stamp.read_text() == fingerprint(lock)


def mark_ready(lock: Path) -> None:
    """What the checks need includes what running needs."""
    for done in {lock, ROOT / "requirements.txt"}:
        (VENV / f"ready-{done.stem}").write_text(fingerprint(done))


def fingerprint(lock: Path) -> str:
    """Changes when the set-up has to run again: other packages, other script, other Python."""
    parts = [sys.version.encode(), lock.read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def require_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # the one file that older ones may run
        sys.exit(f"NPOC Learn needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


# --- the system ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """A Debian package and how to see whether what we want from it is there."""

    package: str
    present: Callable[[], bool]


def library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


def command(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


RUN = (
    Need("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
    Need("libpango-1.0-0", library("pango-1.0")),
    Need("libpangoft2-1.0-0", library("pangoft2-1.0")),
    Need("libharfbuzz-subset0", library("harfbuzz-subset")),
)
TESTS = (
    Need("chromium", command("chromium")),
    Need("poppler-utils", command("pdftotext")),
    Need("qpdf", command("qpdf")),
    Need("openssl", command("openssl")),
    Need("zbar-tools", command("zbarimg")),
    Need("postgresql", lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
)
LIGHTER = Need("chromium-headless-shell", command("chromium-headless-shell"))
"""Chromium without windows takes half the time; the tests use it where it is."""


def provide_system(needs: Sequence[Need]) -> None:
    """Install what is missing: as administrator, else beside the project, else ask for it."""
    missing = [need.package for need in needs if not need.present()]
    if not missing or (NATIVE / "root").exists():
        return
    if shutil.which("apt-get") is None:
        sys.exit(f"Please install what Debian calls: {' '.join(missing)}")
    try:
        become_root = administrator()
        if become_root is None:
            unpack_beside()
        else:
            apt_install(become_root, missing)
    except subprocess.CalledProcessError:
        sys.exit(
            f"That did not work. Please run this as administrator, then try again:\n  "
            f"{apt_line(missing)}"
        )


def provide_test_tools() -> None:
    """Programs cannot be unpacked beside the project, so without rights we can only ask.

    PostgreSQL has a stand-in among the Python packages.
    """
    missing = [need.package for need in TESTS if not need.present()]
    become_root = administrator()
    if missing and become_root is not None and shutil.which("apt-get"):
        apt_install(become_root, missing)
    elif wanted := [package for package in missing if package != "postgresql"]:
        say(f"Some tests will fail until an administrator has run:\n  {apt_line(wanted)}")
    if not LIGHTER.present() and become_root is not None and shutil.which("apt-get"):
        with contextlib.suppress(subprocess.CalledProcessError):
            apt_install(become_root, [LIGHTER.package])


def apt_line(packages: Sequence[str]) -> str:
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def administrator() -> list[str] | None:
    """What to put before a command to run it as root; None when we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        return ["sudo", "-n"] if allowed.returncode == 0 else None
    return None


def apt_install(become_root: Sequence[str], packages: Sequence[str]) -> None:
    say(f"Installing {', '.join(packages)} …")
    quiet = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run([*quiet, "update"])
    run([*quiet, "install", "-y", "--no-install-recommends", *packages], quiet=True)


def unpack_beside() -> None:
    """Fetch the libraries with everything they stand on, and pip, without touching the system."""
    say("Unpacking system libraries into .native/ …")
    state = NATIVE / "apt"
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    settings = {
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        "Debug::NoLocking": 1,
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
    }
    options = [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    packages = [need.package for need in RUN if need.package.startswith("lib")]
    run(["apt-get", "-qq", *options, "update"])
    download = ["install", "--download-only", "-y", "--no-install-recommends"]
    run(["apt-get", "-qq", *options, *download, *packages, "python3-pip-whl"], quiet=True)
    for archive in state.glob("cache/archives/*.deb"):
        run(["dpkg-deb", "-x", str(archive), str(NATIVE / "unpacking")])
    (NATIVE / "unpacking").rename(NATIVE / "root")  # only now is it whole
    shutil.rmtree(state)


# --- Python -------------------------------------------------------------------------------------


def make_venv() -> None:
    """A venv with this Python, unless there is one."""
    python = VENV / "bin" / "python"
    version = "import sys; print(sys.version)"
    if python.exists():
        found = subprocess.run([python, "-c", version], capture_output=True, text=True, check=False)
        if found.stdout.strip() == sys.version.strip():
            return
    pip = [] if RUN[0].present() else ["--without-pip"]
    run([sys.executable, "-m", "venv", "--clear", *pip, str(VENV)])


def install(lock: Path) -> None:
    say("Installing Python packages (about a minute) …")
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    run([*pip_command(), "install", *options, "--requirement", str(lock)])


def pip_command() -> list[str]:
    python = str(VENV / "bin" / "python")
    wheels = list(NATIVE.glob("root/usr/share/python-wheels/pip-*.whl"))
    if wheels:
        return [python, f"{wheels[0]}/pip"]
    if not list(VENV.glob("lib/python*/site-packages/pip")):
        run([python, "-m", "ensurepip"], quiet=True)
    return [python, "-m", "pip"]


def write_command() -> None:
    """`.venv/bin/lms`, which works from every folder. It says how it was called, for `lms serve` to
    call it again: through a link that leads to other code by then.
    """
    root, python = shlex.quote(str(ROOT)), shlex.quote(str(VENV / "bin" / "python"))
    file = VENV / "bin" / "lms"
    file.write_text(
        f'#!/bin/sh\nLMS_COMMAND="$0" PYTHONPATH={root} exec {python} -P -m lms.cli "$@"\n'
    )
    file.chmod(0o755)


FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{native}/fonts-cache</cachedir>
</fontconfig>
"""


def write_preloader() -> None:
    """Every Python of the venv finds the unpacked libraries, however it is started."""
    (NATIVE / "fonts.conf").write_text(FONTS.format(root=NATIVE / "root", native=NATIVE))
    (NATIVE / "libraries.txt").write_text("\n".join(loading_order()))
    (site,) = VENV.glob("lib/python*/site-packages")
    shutil.copy(ROOT / "tools" / "native_libraries.py", site)
    (site / "native_libraries.pth").write_text("import native_libraries\n")


def loading_order() -> list[str]:
    """The unpacked libraries, each after those it needs: found by trying until none is left."""
    waiting = sorted(str(file) for file in NATIVE.glob("root/usr/lib/*-linux-gnu/lib*.so.*"))
    loaded: list[str] = []
    while True:
        now = [file for file in waiting if loads(file)]
        if not now:
            return loaded
        loaded += now
        waiting = [file for file in waiting if file not in now]


def loads(file: str) -> bool:
    try:
        ctypes.CDLL(file, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def compile_catalogues() -> None:
    """Translations are compiled when a catalogue is newer than what was made of it."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        pybabel = [str(VENV / "bin" / "python"), "-m", "babel.messages.frontend", "--quiet"]
        # A catalogue without a header counts as fuzzy; its plural rule follows from the language.
        how = ["compile", "--use-fuzzy", "--locale", source.parent.parent.name]
        run([*pybabel, *how, "-i", str(source), "-o", str(compiled)])


# --- little helpers -----------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, flush=True)


def run(arguments: Sequence[str], *, quiet: bool = False) -> None:
    """Run a command; when it fails, show what it said and raise CalledProcessError."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(arguments, stdout=output, stderr=output, text=True, check=False)
    if done.returncode:
        say(f"Failed: {shlex.join(arguments)}\n{done.stdout or ''}{done.stderr or ''}")
        done.check_returncode()


if __name__ == "__main__":
    main()
