"""Writes missing ids into course files, and touches no other byte."""

import re
import unicodedata

from lms.content.reading.sections import id_of
from lms.content.source import Heading, read_source, take_attributes
from lms.content.tree import CourseTree

LONGEST = 40


def write_ids(tree: CourseTree) -> CourseTree:
    """The same course with an id on every heading, question and glossary entry."""
    for path in tree.paths:
        if path.endswith(".md") and path.count("/") <= 1:
            data = tree[path]
            fixed = with_ids(path, data)
            if fixed != data:
                tree = tree.with_file(path, fixed)
    return tree


def with_ids(path: str, data: bytes) -> bytes:
    """One file with its missing ids; bytes that are not UTF-8 are left alone."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    source = read_source(path, data)
    taken = {line.heading.id for line in source.lines if line.heading}
    is_glossary = path.startswith("glossary.")
    wanted: dict[int, str] = {}
    for n, line in enumerate(source.lines):
        if line.heading and not line.heading.id:
            wanted[line.number] = new_id(line.heading, taken)
        elif is_glossary and _is_entry(n, [row.text for row in source.lines]):
            head, attributes = take_attributes(line.text)
            if "#" not in attributes:
                wanted[line.number] = new_id(Heading(2, head, "", {}, line.number), taken)
    return _written(data, wanted)


def _is_entry(n: int, rows: list[str]) -> bool:
    return bool(rows[n].strip()) and n + 1 < len(rows) and rows[n + 1].startswith((":", "："))


def new_id(heading: Heading, taken: set[str]) -> str:
    """Words of the heading in Latin letters where there are any; never one that is there."""
    plain = unicodedata.normalize("NFKD", heading.text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    base = "-".join(words)[:LONGEST].strip("-") or id_of(heading)
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _written(data: bytes, wanted: dict[int, str]) -> bytes:
    """The bytes with ``{#id}`` put before the end of these lines."""
    rows = re.split(rb"(\r\n|\r|\n)", data)
    for number, name in wanted.items():
        row = rows[2 * (number - 1)]
        text = row.rstrip(b" \t#")
        closing = re.search(rb"\{[^{}]*\}$", text)
        if closing:  # {points=2} becomes {#id points=2}
            at = closing.start() + 1
            rows[2 * (number - 1)] = row[:at] + f"#{name} ".encode() + row[at:]
        else:
            bare = row.rstrip(b" \t")
            rows[2 * (number - 1)] = bare + f" {{#{name}}}".encode() + row[len(bare) :]
    return b"".join(rows)
