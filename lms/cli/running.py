"""Which server runs on this installation: it holds a file locked, which names its process.

The lock ends with the process, however that ends; so nobody is taken for a server that is gone.
"""

import fcntl
import os
import signal
from pathlib import Path
from typing import IO

NAME = "server.pid"


def announce(folder: Path) -> IO[str]:
    """This process serves; true for as long as the file is open. The first of several is the one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / NAME).open("a+")
    if _is_free(file):
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
    return file


def reload(folder: Path) -> bool:
    """Ask the server here to load itself anew; False when none runs."""
    with (folder / NAME).open("a+") as file:
        if _is_free(file):
            return False
        file.seek(0)
        os.kill(int(file.read()), signal.SIGHUP)
    return True


def _is_free(file: IO[str]) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
