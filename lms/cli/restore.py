"""`lms restore`: what `lms backup` put into an archive becomes this installation."""

from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError

from lms import files
from lms.backup import loading, sealing, tables
from lms.backup.archive import KEYS, Reader, opened
from lms.backup.making import PAGES
from lms.cli import departed
from lms.cli.backup import bars, contents, instance, passphrase_from
from lms.cli.keys import write_once
from lms.cli.steps import take_steps
from lms.database import begin_writing, db, snapshot, steps
from lms.domain import journal, privacy
from lms.domain.permissions import System
from lms.domain.search import indexing
from lms.keyring import keys_folder

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("archive", type=FILE)
@click.option(
    "--replace", is_flag=True, help="Even if people are here; asks before it deletes them."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--passphrase-file",
    type=FILE,
    help="Its first line reads the keys; else BACKUP_PASSPHRASE does.",
)
@click.option("--without-keys", is_flag=True, help="Leave the keys in the archive.")
@click.option(
    "--deletions",
    type=FILE,
    help="A list of public ids, one a line, of more people who had their account deleted.",
)
@with_appcontext
def restore(
    archive: Path,
    *,
    replace: bool,
    yes: bool,
    passphrase_file: Path | None,
    without_keys: bool,
    deletions: Path | None,
) -> None:
    """Make this installation what ARCHIVE holds. Stop the server before.

    An older archive is brought up to date. Whoever had their account deleted since then stays deleted.
    """
    passphrase = None if without_keys else passphrase_from(passphrase_file)
    with opened(archive) as found:
        refuse_newer(found.manifest.revision, str(archive))
        with bars("Checking") as progress:
            found.check(progress(found.manifest.size))
        keys = keys_of(found, passphrase, leave=without_keys)
        refuse_to_replace(unless=replace, sure=yes)
        unfinished = instance() / "deletions.jsonl"
        lists = [one for one in (deletions, unfinished) if one and one.exists()]
        left = departed.collect(archive, lists)
        departed.write(unfinished, left)
        bring_in(found)
        put_beside(found, keys)
    begin_writing()
    indexing.rebuild_stale(System())
    again = privacy.reapply(left)
    db.session.commit()
    unfinished.unlink()
    click.echo(f"Restored: {found.manifest.rows:,} rows of {found.manifest.made_at}.")
    click.echo(f"Deleted again, because they had left since: {again}.")


def refuse_newer(revision: str, what: str) -> None:
    """What was made by code that came later cannot be understood."""
    if revision not in steps():
        raise click.ClickException(
            f"{what} was made by a newer NPOC Learn (step {revision}). Upgrade first."
        )


def keys_of(archive: Reader, passphrase: str | None, *, leave: bool) -> Mapping[str, bytes]:
    """Readable, or said why not, before anything is changed."""
    if archive.manifest.keys == "missing":
        click.echo("The keys are not in this archive: copy INSTANCE_FOLDER/keys.", err=True)
    if leave or archive.manifest.keys != "sealed":
        return {}
    if passphrase is None:
        raise click.ClickException(
            "The keys in this archive are encrypted: give --passphrase-file, or --without-keys."
        )
    return sealing.unseal(archive.other(KEYS), passphrase)


def refuse_to_replace(*, unless: bool, sure: bool) -> None:
    """What is here, unless it was asked for, and nobody has second thoughts."""
    try:
        with snapshot() as connection:
            step, is_empty = tables.revision(connection), tables.is_empty(connection)
    except DatabaseError as error:
        raise click.ClickException(
            f"The database cannot be read ({error.orig}). If nothing in it can be saved, move it away."
        ) from error
    if step is not None:
        refuse_newer(step, "The database here")
    if not is_empty and not unless:
        raise click.ClickException("This installation is not empty. To replace it: --replace.")
    if not is_empty and not sure:
        click.confirm("Delete everything that is in this installation's database?", abort=True)


def bring_in(archive: Reader) -> None:
    """Files first: what the rows name is there. Then the tables as they were, and up to date."""
    manifest = archive.manifest
    with bars("Files", "Rows", "Comparing") as progress:
        step = progress(manifest.files)
        for digest in archive.files:
            with archive.open_file(digest) as file:
                files.put_file(file)
            step(1)
        begin_writing()
        with db.engine.begin() as connection:
            loading.clear(connection)
        take_steps(manifest.revision)
        with db.engine.begin() as connection:
            given = ((table.shape, archive.lines(table)) for table in manifest.tables)
            loading.fill(connection, given, progress(manifest.rows))
            for _table in loading.compare(connection, manifest.tables, progress(manifest.rows)):
                pass
    take_steps()


def put_beside(archive: Reader, keys: Mapping[str, bytes]) -> None:
    """The operator's pages, and the keys."""
    pages = {
        name.removeprefix(PAGES): archive.other(name)
        for name in archive.manifest.others
        if name.startswith(PAGES)
    }
    put_folder(instance() / "pages", pages)
    put_folder(keys_folder(), keys)


def put_folder(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """Other contents that are there already are not lost, but put aside."""
    if not wanted or contents(folder) == wanted:
        return
    if folder.exists():
        aside = folder.with_name(f"{folder.name}-before-{journal.now():%Y%m%dT%H%M%SZ}")
        folder.rename(aside)
        click.echo(f"What was in {folder} is now in {aside}.", err=True)
    folder.mkdir(mode=0o700, parents=True)
    for name, data in wanted.items():
        write_once(folder / Path(name).name, data)
