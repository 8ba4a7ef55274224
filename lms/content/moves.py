"""Files that get other names: links, pictures and settings that pointed to them go with them."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from lms.content import splice
from lms.content.references import CODE, ELSEWHERE, LINK, resolve
from lms.content.source import read_source
from lms.content.tree import CourseTree, TreeError, _

NAMING = ("after", "from")
"""Settings that name lessons."""


def moved(tree: CourseTree, names: Mapping[str, str]) -> CourseTree:
    """The same files, of which some are called otherwise; relative links lead where they led."""
    digests = {names.get(path, path): digest for path, digest in tree.digests.items()}
    if len(digests) != len(tree):
        raise TreeError(_("There is a file of this name already."))
    contents = {digest: path for path, digest in tree.digests.items()}
    after = CourseTree(digests, lambda digest: tree[contents[digest]])
    for path in tree.paths:
        if path.endswith(".md"):
            data = tree[path]
            relinked = _relinked(path, data, names)
            if relinked != data:
                after = after.with_file(names.get(path, path), relinked)
    return after


def renamed_lessons(tree: CourseTree, slugs: Mapping[str, str]) -> CourseTree:
    """The same course with other names of lessons in what names them: ``after`` and ``from``."""
    for path in tree.paths:
        if not path.endswith(".md"):
            continue
        data = written = tree[path]
        header = read_source(path, data).header
        for name in NAMING:
            if name in header:
                value = _with_slugs(header[name].text, slugs)
                if value != header[name].text:
                    written = splice.with_setting(written, name, value)
        if written != data:
            tree = tree.with_file(path, written)
    return tree


def _with_slugs(value: str, slugs: Mapping[str, str]) -> str:
    known = "|".join(re.escape(slug) for slug in sorted(slugs, key=len, reverse=True))
    return re.sub(rf"(?<![\w/-])(?:{known})(?![\w/-])", lambda found: slugs[found[0]], value)


def _relinked(path: str, data: bytes, names: Mapping[str, str]) -> bytes:
    rows = splice.ENDS.split(data)
    for line in read_source(path, data).lines:
        if line.code or "](" not in line.text:
            continue
        at = 2 * (line.number - 1)
        rows[at] = _relinked_row(path, rows[at], names)
    return b"".join(rows)


def _relinked_row(path: str, row: bytes, names: Mapping[str, str]) -> bytes:
    try:
        text = row.decode()
    except UnicodeDecodeError:
        return row
    visible = CODE.sub(lambda code: " " * len(code[0]), text)
    pieces, end = [], 0
    for begin, stop, target in _targets(path, visible, names):
        pieces += [text[end:begin], target]
        end = stop
    return "".join([*pieces, text[end:]]).encode()


def _targets(path: str, row: str, names: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where a target stands in the row, and what must stand there."""
    here = posixpath.dirname(names.get(path, path))
    for found in LINK.finditer(row):
        target = found[3]
        bare = re.split(r"[#?]", target, maxsplit=1)[0]
        if ELSEWHERE.match(target) or not bare:
            continue
        old = resolve(path, target)
        new = names.get(old, old)
        if new != old or here != posixpath.dirname(path):
            relative = posixpath.relpath(new, here or ".")
            if relative != posixpath.normpath(bare):
                begin = found.start(3)
                yield begin, begin + len(bare), re.sub(r"[\s()<>%#?]", _quoted, relative)


def _quoted(sign: "re.Match[str]") -> str:
    return quote(sign[0], safe="")
