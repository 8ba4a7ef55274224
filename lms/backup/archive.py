"""The archive: a ZIP file of tables (lines), files (by digest), pages, sealed keys and a manifest.

Everything in it can be checked without a database: the manifest says how many rows each table has
and their digest, the name of a file is the digest of its bytes.
"""

import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Self

from lms.backup.errors import BackupError
from lms.backup.tables import Kind, Shape, Tally

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys.sealed"
PIECE = 256 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
"""What reading a ZIP file raises when it is none, or was cut off or changed."""

Step = Callable[[int], object]
"""Told how many rows or files more are done."""


@dataclass(frozen=True)
class Table:
    """One table of the archive."""

    shape: Shape
    rows: int
    digest: str


@dataclass
class Manifest:
    """What the archive holds. others: sha256 of pages and keys. damaged: files left out, because
    their bytes are not those of their name any more. keys: ``sealed``, ``missing`` or ``none``."""

    made_at: str
    site: str
    revision: str
    keys: str = "none"
    tables: list[Table] = field(default_factory=list)
    files: int = 0
    damaged: list[str] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """For progress: rows and files."""
        return self.rows + self.files

    def dump(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises ValueError, KeyError or TypeError when it is none of ours."""
        said = json.loads(data)
        if said.pop("format") != FORMAT:
            raise BackupError("This backup was made by a newer NPOC Learn. Upgrade first.")
        tables = [_table(**one) for one in said.pop("tables")]
        return cls(tables=tables, **said)


def _table(shape: dict[str, Any], rows: int, digest: str) -> Table:
    columns = {name: Kind(kind) for name, kind in shape["columns"].items()}
    return Table(Shape(shape["name"], columns, tuple(shape["key"])), rows, digest)


class Writer:
    """Writes an archive; it is none before ``finish``."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._manifest = manifest

    def add_table(self, shape: Shape, given: Iterable[bytes], step: Step) -> None:
        """All rows of a table."""
        found = Tally()
        with self._zip.open(_member(shape), "w", force_zip64=True) as member:
            for line in given:
                found.add(line)
                member.write(line + b"\n")
                step(1)
        self._manifest.tables.append(Table(shape, found.rows, found.digest))

    def add_file(self, digest: str, given: Iterable[bytes]) -> None:
        """A file of the store; PDFs and pictures are packed already."""
        hashed = sha256()
        entry = zipfile.ZipInfo(f"files/{digest}")
        with self._zip.open(entry, "w", force_zip64=True) as member:
            for piece in given:
                hashed.update(piece)
                member.write(piece)
        if hashed.hexdigest() == digest:
            self._manifest.files += 1
        else:
            self._manifest.damaged.append(digest)

    def add_other(self, name: str, data: bytes) -> None:
        """A page, or the keys."""
        self._zip.writestr(name, data)
        self._manifest.others[name] = sha256(data).hexdigest()

    def finish(self) -> None:
        """Say what is in it, and end the archive."""
        self._zip.writestr(MANIFEST, self._manifest.dump())
        self._zip.close()


class Reader:
    """An archive that is there."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = archive
        try:
            self.manifest = Manifest.read(archive.read(MANIFEST))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise BackupError(f"{path} is not a backup of NPOC Learn.") from error

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table."""
        with self._zip.open(_member(table.shape)) as member:
            for line in member:
                yield line.removesuffix(b"\n")

    @property
    def files(self) -> list[str]:
        """Digests of the files that are whole."""
        names = (name.split("/") for name in self._zip.namelist())
        found = {name[1] for name in names if name[0] == "files"}
        return sorted(found - {*self.manifest.damaged})

    def open_file(self, digest: str) -> IO[bytes]:
        """The bytes of a file."""
        return self._zip.open(f"files/{digest}")

    def other(self, name: str) -> bytes:
        """A page, or the keys."""
        return self._zip.read(name)

    def check(self, step: Step) -> None:
        """Read all of it, and compare; BackupError when anything is missing or changed."""
        with _in_words(self.path):
            for table in self.manifest.tables:
                found = Tally()
                for line in self.lines(table):
                    found.add(line)
                    step(1)
                _agree((found.rows, found.digest), (table.rows, table.digest), table.shape.name)
            _agree(len(self.files), self.manifest.files, "number of files")
            for digest in self.files:
                _agree(_digest(self.open_file(digest)), digest, f"file {digest}")
                step(1)
            for name, digest in self.manifest.others.items():
                _agree(sha256(self.other(name)).hexdigest(), digest, name)


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Read an archive."""
    with ExitStack() as stack:
        with _in_words(path):
            reader = Reader(path, stack.enter_context(zipfile.ZipFile(path)))
        yield reader


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Whatever is broken in an archive becomes a sentence."""
    try:
        yield
    except (*BROKEN, KeyError) as error:
        raise BackupError(f"{path} cannot be read as a backup: {error}") from error


def _agree(found: object, said: object, what: str) -> None:
    if found != said:
        raise BackupError(f"The backup is damaged: {what} is not what was written.")


def _member(shape: Shape) -> str:
    return f"tables/{shape.name}.jsonl"


def _digest(file: IO[bytes]) -> str:
    hashed = sha256()
    with file:
        while piece := file.read(PIECE):
            hashed.update(piece)
    return hashed.hexdigest()
