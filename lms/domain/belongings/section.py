"""A file of an export: what it tells, and about which rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lms.models import User

Plain = dict[str, Any]
PIECE = 500
"""Rows that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Section:
    """A file of an export. covers: ``table.column`` of what refers to a person and is told here."""

    name: str
    rows: Callable[[User], Iterator[Plain]]
    covers: tuple[str, ...] = ()
