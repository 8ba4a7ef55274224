"""Loads the libraries in .native/ just before WeasyPrint looks for them.

tools/setup.py copies this file into the venv, whose every Python imports it when it starts.
"""

import ctypes
import os
import sys
from pathlib import Path

NATIVE = Path(sys.prefix).parent / ".native"


class Preloader:
    """Asked by Python before each import; never finds a module itself."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004
        if name == "weasyprint":
            os.environ.setdefault("FONTCONFIG_FILE", str(NATIVE / "fonts.conf"))
            for file in (NATIVE / "libraries.txt").read_text().splitlines():
                ctypes.CDLL(file, mode=ctypes.RTLD_GLOBAL)


sys.meta_path.insert(0, Preloader)
