"""Lists of addresses as people have them: a CSV file from a spreadsheet, or lines that were pasted.

Nothing is asked of the database, so a whole list can be tried before anything is written.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.domain import accounts, addresses
from lms.domain.errors import Invalid, _

MOST = 5_000
"""Lines in one list."""
LARGEST = 2 * 1024 * 1024
LONGEST_SHOWN = 120
HEADINGS = ("mail", "address", "adresse", "correo", "courriel", "بريد", "邮箱", "邮件", "почт")
"""What a first line without an address speaks of when it names the columns."""
NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>\s*")
"""As mail programs copy it: ``Amina Diop <amina@ngo.example>``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used: its number from 1, what stands there, and why, as a sentence."""

    line: int
    text: str
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """rows: address as typed, address as compared, name. problems: each line that is in no row.

    lines: where each row stands, from 1.
    """

    rows: Sequence[tuple[str, str, str]]
    problems: Sequence[Problem]
    lines: Sequence[int] = ()


def read(data: bytes) -> str:
    """A file as text: UTF-8, or UTF-16 as spreadsheets write it; Invalid for anything else."""
    if len(data) > LARGEST:
        raise Invalid(_("This file is larger than %(count)s MB."), count=2, field="file")
    code = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(code)
    except UnicodeDecodeError:
        raise Invalid(
            _("This file is not in UTF-8. Save it as “CSV UTF-8”, or paste the addresses."),
            field="file",
        ) from None


def parse(text: str) -> Tried:
    """Every line, tried; Invalid for a list that is empty or too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if sum(bool(addresses.trim(line)) for line in lines) > MOST + 1:
        raise Invalid(_("Use at most %(count)s lines at a time."), count=MOST, field="addresses")
    rows: dict[str, tuple[str, str, str]] = {}
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line, cells in _lines(lines):
        for name, address in _people(cells):
            try:
                email, key = addresses.read(address)
                clean = accounts.clean_name(name) if any(c.isalnum() for c in name) else ""
            except Invalid as error:
                problems.append(_problem(number, line, error.sentence, **error.values))
                continue
            if key in first:
                why = _("This address stands in line %(line)s already.")
                problems.append(_problem(number, line, why, line=first[key]))
                continue
            rows[key], first[key] = (email, key, clean), number
    if not rows and not problems:
        raise Invalid(_("Write at least one address."), field="addresses")
    return Tried(list(rows.values()), problems, list(first.values()))


def _lines(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Each line that says something, with its number and its cells."""
    is_first = True
    for number, line in enumerate(lines, start=1):
        cells = _cells(line)
        if not cells:  # a spreadsheet's empty row has separators all the same
            continue
        is_heading = "@" not in line and any(word in line.casefold() for word in HEADINGS)
        if not (is_first and is_heading):
            yield number, line, cells
        is_first = False


def _cells(line: str) -> list[str]:
    """By tabs, semicolons or commas, whichever there is; quotes keep what is between them together."""
    sign = next((sign for sign in "\t;," if sign in line), ",")
    try:
        cells = next(csv.reader([line], delimiter=sign, skipinitialspace=True))
    except csv.Error:  # a cell may have 128 kB
        cells = [line]
    return [addresses.trim(cell) for cell in cells if addresses.trim(cell)]


def _people(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and address of each; a line without an address is one that cannot be read."""
    found = [cell for cell in cells if "@" in cell] or cells[:1]
    others = " ".join(cell for cell in cells if cell not in found)
    for cell in found:
        match = NAMED.fullmatch(cell)
        if match:
            yield match["name"].strip("\"' ") or others, match["address"]
        else:
            yield others if len(found) == 1 else "", cell


def _problem(number: int, text: str, sentence: str, /, **values: Any) -> Problem:
    return Problem(number, addresses.trim(text)[:LONGEST_SHOWN], sentence, values)
