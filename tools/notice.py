"""Writes NOTICE: who made what this software is built on, and under which licence.

    python -m tools.notice

The packages are those of requirements.txt; their licences are what they say of themselves when they are
installed. A package whose licence is not on the list here stops it: somebody must read that licence.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HEAD = """NPOC Learn stands on the work of others. It is under the MIT licence itself (see LICENSE).

This list is made by `python -m tools.notice`; do not edit it.

"""
PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "ISC", "MIT", "MIT-0"),
    *("MIT-CMU", "PSF-2.0", "Unlicense", "Zlib"),
}
"""May be used in anything, as long as their names stay."""
SHARED = {"LGPL-3.0-only", "MPL-2.0", "MPL-1.1"}
"""Changes to the package itself must be shared. We change none, and Python loads each as it is."""
SAID = {
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
}
"""What packages call their licence → its name (SPDX; ``BSD`` where they do not say which)."""
READ = {
    "async-timeout": "Apache-2.0",  # only where Python is older
    "brotlicffi": "MIT",  # only on PyPy
    "pyphen": "MPL-1.1",  # one of three to choose from: GPL-2+, LGPL-2+, MPL-1.1
    "tzdata": "Apache-2.0",  # only on Windows
}
"""Read by a person: packages that say nothing, or are not installed on every machine."""


class Asset(NamedTuple):
    """Something that lies in our own files."""

    path: str
    what: str
    licence: str


ASSETS = (
    Asset(
        "lms/render/fonts/amiri-OFL.txt",
        "Amiri, (c) 2010-2022 The Amiri Project Authors",
        "OFL-1.1",
    ),
    Asset(
        "lms/render/fonts/source-serif-4-OFL.txt",
        "Source Serif 4, by Adobe, (c) Google Inc. as its licence says",
        "OFL-1.1",
    ),
    Asset(
        "lms/render/fonts/noto-serif-sc-OFL.txt",
        "Noto Serif SC, (c) Google Inc.",
        "OFL-1.1",
    ),
    Asset(
        "lms/render/contexts/credentials-v2.json",
        "the words of Verifiable Credentials 2.0, (c) World Wide Web Consortium",
        "W3C",
    ),
    Asset(
        "lms/render/contexts/open-badges-3.0.3.json",
        "the words of Open Badges 3.0, (c) 1EdTech Consortium; free for who implements them",
        "LicenseRef-1EdTech-Specification",
    ),
    Asset(
        "lms/domain/commonest-passwords.txt",
        "lists of leaked passwords as counted by Django, (c) Django Software Foundation, and "
        "zxcvbn, (c) Dan Wheeler and Dropbox, Inc.",
        "BSD-3-Clause AND MIT",
    ),
)


def notice() -> str:
    """The whole text."""
    packages = [(name, licence_of(name)) for name in runtime()]
    lines = [HEAD, "Packages that are installed with it\n", "\n"]
    lines += [f"  {name}: {licence}\n" for name, licence in packages if not is_shared(licence)]
    lines += ["\nPackages of which changes must be shared (we use them as they are)\n", "\n"]
    lines += [f"  {name}: {licence}\n" for name, licence in packages if is_shared(licence)]
    lines += ["\nFiles in this repository\n", "\n"]
    lines += [f"  {asset.path}: {asset.licence}\n    {asset.what}\n" for asset in ASSETS]
    return "".join(lines)


def runtime() -> list[str]:
    """Names of the packages that an installation needs."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return sorted(
        {name.lower() for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", text, re.MULTILINE)}
    )


def licence_of(name: str) -> str:
    """As SPDX writes it; LookupError for one that nobody has read yet."""
    if name in READ:
        return READ[name]
    try:
        said = list(claims(metadata(name)))
    except PackageNotFoundError:
        raise LookupError(f"{name} is not installed: read its licence, and note it here") from None
    for claim in said:
        licence = SAID.get(claim, claim)
        if parts(licence) <= PERMISSIVE | SHARED:
            return licence
    raise LookupError(f"{name} says {said}: read its licence, and note it here")


def claims(about: PackageMetadata) -> Iterator[str]:
    """What a package says its licence is, the most exact first."""
    yield from about.get_all("License-Expression") or []
    yield from (text for text in about.get_all("License") or [] if "\n" not in text)
    for line in about.get_all("Classifier") or []:
        if line.startswith("License ::"):
            yield line.rpartition(" :: ")[2]


def parts(licence: str) -> set[str]:
    """The licences that an expression names."""
    return set(re.split(r" (?:AND|OR) ", licence))


def is_shared(licence: str) -> bool:
    """Whether changes must be shared."""
    return bool(parts(licence) & SHARED)


if __name__ == "__main__":
    try:
        (ROOT / "NOTICE").write_text(notice(), "utf-8")
    except LookupError as error:
        sys.exit(str(error))
