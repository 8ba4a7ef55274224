"""A course as files: path → digest, with the bytes on demand, and the rules that every way in obeys."""

import unicodedata
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

MOST_FILES = 5_000
MOST_BYTES = 200 * 1024 * 1024
MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_MARKDOWN_BYTES = 256 * 1024
LEFT_OUT = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
"""What operating systems put into folders; no part of a course."""


def _(text: str) -> str:
    """Mark a sentence for translation; the web translates it in the reader's language."""
    return text


class TreeError(ValueError):
    """Files that are no course: a sentence with ``%(name)s`` places, and their values."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


def digest_of(data: bytes) -> str:
    """The address of these bytes, on every machine."""
    return sha256(data).hexdigest()


class CourseTree:
    """Path → digest; ``fetch`` gives the bytes of a digest when they are asked for."""

    def __init__(self, digests: Mapping[str, str], fetch: Callable[[str], bytes]) -> None:
        self.digests: Mapping[str, str] = MappingProxyType(dict(sorted(digests.items())))
        self._fetch = fetch

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "CourseTree":
        """From bytes in memory; TreeError when they are no course."""
        kept = clean(files)
        contents = {digest_of(data): data for data in kept.values()}
        return cls({path: digest_of(data) for path, data in kept.items()}, contents.__getitem__)

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(self.digests)

    @property
    def digest(self) -> str:
        """The address of exactly this content: equal trees have equal digests."""
        lines = (f"{digest} {path}\n" for path, digest in self.digests.items())
        return digest_of("".join(lines).encode())

    def __getitem__(self, path: str) -> bytes:
        return self._fetch(self.digests[path])

    def get(self, path: str, otherwise: bytes = b"") -> bytes:
        """The file, or this where there is none."""
        digest = self.digests.get(path)
        return otherwise if digest is None else self._fetch(digest)

    def __contains__(self, path: object) -> bool:
        return path in self.digests

    def __len__(self) -> int:
        return len(self.digests)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CourseTree) and self.digests == other.digests

    def __hash__(self) -> int:
        return hash(self.digest)

    def with_file(self, path: str, data: bytes) -> "CourseTree":
        """The same course with this file added or replaced."""
        digest = digest_of(data)
        fetch = self._fetch
        return CourseTree(
            {**self.digests, path: digest},
            lambda wanted: data if wanted == digest else fetch(wanted),
        )

    def without(self, path: str) -> "CourseTree":
        """The same course without this file."""
        rest = {kept: digest for kept, digest in self.digests.items() if kept != path}
        return CourseTree(rest, self._fetch)


def clean(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that belong to the course, by NFC path; TreeError for what cannot be one."""
    kept: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    for name, data in files.items():
        path = clean_path(name)
        if is_left_out(path):
            continue
        if (twin := folded.setdefault(path.casefold(), path)) != path or path in kept:
            raise TreeError(
                _("“%(path)s” and “%(twin)s” differ only in case. Rename one."),
                path=path,
                twin=twin,
            )
        check_size(path, len(data))
        kept[path] = data
    if len(kept) > MOST_FILES:
        raise TreeError(_("A course has at most %(most)s files."), most=f"{MOST_FILES:,}")
    if sum(map(len, kept.values())) > MOST_BYTES:
        raise TreeError(_("A course has at most %(most)s MB in all."), most=MOST_BYTES >> 20)
    return kept


def clean_path(name: str) -> str:
    """The path in NFC; TreeError when it could leave the course's folder or is no path at all."""
    path = unicodedata.normalize("NFC", name)
    parts = path.split("/")
    bad = "\\" in path or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in path)
    if bad or PurePosixPath(path).is_absolute() or any(part in {"", ".", ".."} for part in parts):
        raise TreeError(_("“%(path)s” is no path inside a course."), path=ascii(name)[1:-1])
    return path


def is_left_out(path: str) -> bool:
    """Dot-files and what operating systems and editors leave in folders."""
    return any(
        part.startswith(".") or part.endswith("~") or part in LEFT_OUT for part in path.split("/")
    )


def check_size(path: str, size: int) -> None:
    """TreeError when this file is too large for its kind."""
    if size > MOST_FILE_BYTES:
        raise TreeError(
            _("“%(path)s” is larger than %(most)s MB."), path=path, most=MOST_FILE_BYTES >> 20
        )
    if path.endswith(".md") and size > MOST_MARKDOWN_BYTES:
        raise TreeError(
            _("“%(path)s” is larger than %(most)s kB. Split it."),
            path=path,
            most=MOST_MARKDOWN_BYTES >> 10,
        )
