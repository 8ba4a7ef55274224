"""Changing one part of a file and keeping every other byte: line ends, a BOM, spaces, comments."""

import re
from collections.abc import Iterable

from lms.content.source import read_source, unquoted
from lms.content.values import listed

ENDS = re.compile(rb"(\r\n|\r|\n)")
BOM = b"\xef\xbb\xbf"


def with_setting(data: bytes, name: str, value: str) -> bytes:
    """The file with this setting at its top; "" takes the line away."""
    value = " ".join(value.split())
    if value != unquoted(value):
        value = f'"{value}"'  # one pair of quotes round a value is dropped
    source = read_source("", data)
    known = source.header.get(name)
    rows = ENDS.split(data)
    if known is not None:
        at = 2 * (known.line - 1)
        if not value:
            return b"".join(rows[:at] + rows[at + 2 :])
        head = re.match(rb"[^:\xef]*(?::|\xef\xbc\x9a)[ \t]*", rows[at])
        kept = head[0] if head else name.encode() + b": "
        rows[at] = kept + value.encode()
        return b"".join(rows)
    if not value:
        return data
    end = end_of_lines(data)
    line = f"{name}: {value}".encode() + end
    if source.first_line > 1:
        at = 2 * (source.first_line - 2)  # the closing ---
        return b"".join([*rows[:at], line, *rows[at:]])
    bom, rest = (BOM, data[len(BOM) :]) if data.startswith(BOM) else (b"", data)
    return bom + b"---" + end + line + b"---" + end + end + rest


def with_names(data: bytes, name: str, names: Iterable[str]) -> bytes:
    """The same for a setting that is a list."""
    return with_setting(data, name, ", ".join(dict.fromkeys(names)))


def names(data: bytes, name: str) -> tuple[str, ...]:
    """What the list of this name says now."""
    value = read_source("", data).header.get(name)
    return listed(value.text) if value else ()


def end_of_lines(data: bytes) -> bytes:
    """How most of its lines end."""
    ends = ENDS.findall(data)
    return max((b"\n", b"\r\n", b"\r"), key=ends.count)
