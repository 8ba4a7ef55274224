"""Makes the copies of their data that people asked for. The worker calls it; it commits each step itself.

Everything goes through piece by piece, rows and files: a copy takes the same memory however large it is.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from flask import current_app

from lms import files
from lms.database import begin_reading, begin_writing, db
from lms.domain import belongings, exports, journal
from lms.domain.belongings.section import Section
from lms.domain.learning import retelling
from lms.models import Attempt, User
from lms.render.readme import readme

STEPS = 20
"""How often at most its reader is told how far it is."""


def make_waiting() -> int:
    """Make what was asked for, one after the other; how many were made."""
    made = 0
    while (order := _claim()) is not None:
        made += _make(order)
    return made


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, as plain values: the row may go while the file is being made."""

    number: int
    person: int
    language: str


def _claim() -> Order | None:
    begin_writing()
    row = exports.claim_next()
    order = None if row is None else Order(row.id, row.user_id, row.language)
    db.session.commit()
    return order


def _make(order: Order) -> bool:
    """Whether anybody still wanted it in the end."""
    with tempfile.TemporaryFile() as file:
        if not Parcel(order, file).fill():
            return False
        size = file.seek(0, os.SEEK_END)
        digest = files.put_file(file)
    days = int(current_app.config["EXPORT_DAYS"])
    begin_writing()
    exports.finish(order.number, digest=digest, size=size, days=days)
    db.session.commit()
    return True


class Parcel:
    """One ZIP file, and what goes into it. Each part is read in a transaction of its own."""

    def __init__(self, order: Order, file: IO[bytes]) -> None:
        self._order, self._file = order, file
        self._missing: list[str] = []

    def fill(self) -> bool:
        """All of it; False when the person left meanwhile."""
        begin_reading()
        parts = self._parts()
        with ZipFile(self._file, "w", ZIP_DEFLATED) as self._zip:
            for done, part in enumerate(parts):
                if done % max(1, len(parts) // STEPS) == 0:
                    self._advance(done, len(parts))
                begin_reading()
                me = db.session.get(User, self._order.person)
                if me is None:
                    return False
                part(me)
        db.session.rollback()
        return True

    def _parts(self) -> list[Callable[[User], None]]:
        mine = self._order.person
        return [
            *(self._section(section) for section in belongings.SECTIONS),
            *(self._attempt(attempt) for attempt in exports.attempts_of(mine)),
            *(self._certificate(name, digest) for name, digest in exports.pdfs_of(mine)),
            self._readme,
        ]

    def _advance(self, done: int, total: int) -> None:
        begin_writing()
        exports.advance(self._order.number, done, total)
        db.session.commit()

    # --- the parts ------------------------------------------------------------------------------

    def _section(self, section: Section) -> Callable[[User], None]:
        def write(me: User) -> None:
            with self._zip.open(f"{section.name}.json", "w") as entry:
                entry.writelines(_json_lines(section.rows(me)))

        return write

    def _attempt(self, number: int) -> Callable[[User], None]:
        def write(_me: User) -> None:
            attempt = db.session.get_one(Attempt, number)
            told = retelling.retell(attempt, self._order.language)
            for position, file in retelling.files_of(attempt).items():
                name = f"files/{number}-{position + 1}-{file['name']}"
                told["questions"][position]["file"] = name
                self._copy(name, file["digest"])
            with self._zip.open(f"attempts/{number}.json", "w") as entry:
                entry.write(_json(told).encode())

        return write

    def _certificate(self, name: str, digest: str) -> Callable[[User], None]:
        return lambda _me: self._copy(f"certificates/{name}.pdf", digest)

    def _copy(self, name: str, digest: str) -> None:
        """A file of the store; these are squeezed already."""
        try:
            pieces = files.pieces(digest)
        except FileNotFoundError:
            self._missing.append(name)
            return
        self._zip.compression = ZIP_STORED
        with self._zip.open(name, "w", force_zip64=True) as entry:
            entry.writelines(pieces)
        self._zip.compression = ZIP_DEFLATED

    def _readme(self, me: User) -> None:
        language = self._order.language
        text = readme(
            language,
            journal.now(),
            me.time_zone,
            name=me.name,
            site_name=current_app.config["SITE_NAME"],
            home=f"{current_app.config['PUBLIC_URL']}/{language}",
            missing=self._missing,
        )
        self._zip.writestr("README.txt", "\ufeff" + text)


def _json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A list, row by row."""
    between = "[\n"
    for row in rows:
        yield (between + _json(row)).encode()
        between = ",\n"
    yield b"\n]\n" if between == ",\n" else b"[]\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_moment)


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
