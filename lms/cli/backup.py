"""`lms backup`: everything that people entered, in one file, while the server runs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.backup import making
from lms.backup.archive import Manifest, Step
from lms.backup.making import Surroundings
from lms.database import snapshot
from lms.domain import journal
from lms.keyring import keys_folder

PREFIX, SUFFIX = "learn-", ".zip"
STALE = 24 * 3600
"""Seconds after which an archive that nobody finished belongs to a process that was killed."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--keep", type=click.IntRange(1), help="Then delete all but the newest KEEP backups.")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its first line encrypts the keys; else BACKUP_PASSPHRASE does.",
)
@with_appcontext
def backup(folder: Path | None, keep: int | None, passphrase_file: Path | None) -> None:
    """Put database, files, pages and keys into one archive in FOLDER, while the server runs.

    FOLDER: INSTANCE_FOLDER/backups unless you name another; better one on another disk.
    """
    folder = folder or instance() / "backups"
    back_up(folder, passphrase_from(passphrase_file))
    if keep:
        tidy(folder, keep)


def back_up(target: Path, passphrase: str | None) -> Path:
    """Make an archive in the folder ``target``, check it, and say what it holds; where it is."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = journal.now()
    path = target / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    beside = Surroundings(
        made_at=now.isoformat(timespec="seconds"),
        site=str(current_app.config["PUBLIC_URL"]),
        pages=contents(instance() / "pages"),
        keys=contents(keys_folder()),
    )
    with snapshot() as connection, bars("Writing", "Reading back") as progress:
        made = making.make(path, connection, beside, passphrase=passphrase, progress=progress)
    report(path, made)
    return path


def passphrase_from(file: Path | None) -> str | None:
    """From a file; else the setting."""
    if file is None:
        said: str | None = current_app.config["BACKUP_PASSPHRASE"]
        return said
    return file.read_text("utf-8").strip().partition("\n")[0] or None


def tidy(folder: Path, keep: int) -> None:
    """Delete the oldest backups; also what a killed process left behind."""
    for old in sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))[:-keep]:
        old.unlink()
        click.echo(f"Deleted: {old}")
    for left in folder.glob(f".{PREFIX}*.unfinished"):
        if left.stat().st_mtime < time.time() - STALE:
            left.unlink()


def report(path: Path, made: Manifest) -> None:
    """What is in it, and what is not."""
    megabytes = path.stat().st_size / 1e6
    click.echo(f"{path}: {made.rows:,} rows, {made.files:,} files, {megabytes:,.1f} MB, checked.")
    if made.keys == "missing":
        click.echo(
            "The keys are NOT in it: set BACKUP_PASSPHRASE, or give --passphrase-file.", err=True
        )
    for digest in made.damaged:
        click.echo(f"A file in the store is damaged and was left out: {digest}", err=True)


def instance() -> Path:
    """Where this installation keeps what is its own."""
    return Path(current_app.config["INSTANCE_FOLDER"])


def contents(folder: Path) -> dict[str, bytes]:
    """Every plain file in it, by name."""
    if not folder.is_dir():
        return {}
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith(".")
    }


@contextmanager
def bars(*labels: str) -> Iterator[making.Progress]:
    """A bar for each stretch of the work, one after the other."""
    waiting, shown = list(labels), []

    def begin(length: int) -> Step:
        end()
        bar = click.progressbar(length=length, label=waiting.pop(0), file=sys.stderr)
        bar.__enter__()
        shown.append(bar)
        return bar.update

    def end() -> None:
        while shown:
            shown.pop().__exit__(None, None, None)

    try:
        yield begin
    finally:
        end()
