"""Whole installations in one process: a folder and a database each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from lms import create_app, files
from lms.cli.backup import back_up
from lms.cli.keys import ensure_keys
from lms.database import begin_writing, db
from lms.keyring import keys_folder
from tests import postgres
from tests.conftest import dispose, settings
from tests.filled import fill_every_table
from tests.steps import upgrade

PASSPHRASE = "seven green boats on a lake"
PDF = b"%PDF of a certificate"
KIND = "postgresql" if postgres.wanted() else "sqlite"
"""The database of this run."""


def machine(folder: Path, kind: str = KIND) -> Flask:
    """A fresh machine: a folder of its own and an empty database."""
    folder.mkdir(exist_ok=True)
    here = f"sqlite:///{folder}/learn.sqlite"
    url = postgres.new_database() if kind == "postgresql" else here
    return create_app(settings(folder, url))


@contextmanager
def at(app: Flask) -> Iterator[None]:
    """Work there; leaves no connection behind."""
    with app.app_context():
        begin_writing()
        try:
            yield
        finally:
            db.session.remove()
            dispose()


def fill(folder: Path) -> None:
    """Inside the context of a machine: rows in every table, files, pages and keys."""
    upgrade()
    fill_every_table()
    files.put(PDF)
    files.put(b"")
    ensure_keys(keys_folder())
    (folder / "pages").mkdir()
    (folder / "pages" / "privacy.en.md").write_text("# Ours")


def archive_of(folder: Path, kind: str = KIND, passphrase: str | None = PASSPHRASE) -> Path:
    """The backup of a machine on which everything is filled."""
    with at(machine(folder, kind)):
        fill(folder)
        return back_up(folder / "backups", passphrase)
