"""`lms migrate-to`: from SQLite to PostgreSQL, when one machine is no longer enough."""

import re

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from lms import create_app
from lms.backup import loading, tables
from lms.backup.archive import Table
from lms.cli.backup import bars
from lms.cli.steps import take_steps
from lms.database import begin_writing, db, snapshot
from lms.domain.permissions import System
from lms.domain.search import indexing

POSTGRESQL = re.compile(r"^postgres(?:ql)?(?:\+psycopg)?:")


@click.command("migrate-to")
@click.argument("database_url")
@with_appcontext
def migrate_to(database_url: str) -> None:
    """Copy all rows into the empty PostgreSQL database DATABASE_URL. Stop the server before.

    Nothing is changed here. Afterwards set DATABASE_URL, and start the server. A password in
    ~/.pgpass or PGPASSWORD is not seen in the list of processes.
    """
    address, changed = POSTGRESQL.subn("postgresql+psycopg:", database_url)
    if not changed:
        raise click.ClickException("It must look like postgresql://user:password@host/name.")
    settings = {**current_app.config, "SQLALCHEMY_DATABASE_URI": address}
    with snapshot() as source:
        step = tables.revision(source)
        if step is None:
            raise click.ClickException("There is nothing to move: the database has no tables.")
        with create_app(settings).app_context():
            try:
                moved = move(source, step)
            finally:
                db.session.remove()
                db.engine.dispose()
    click.echo(f"{'table':24} {'rows':>12}  digest of all rows, here and there")
    for table in moved:
        click.echo(f"{table.shape.name:24} {table.rows:12,}  {table.digest[:32]}")
    click.echo("All is the same there. Now set DATABASE_URL, and start the server.")


def move(source: Connection, step: str) -> list[Table]:
    """Inside the context of the other database: what each table holds there now."""
    begin_writing()  # there; here a snapshot is open, and only reads
    try:
        with db.engine.begin() as target:
            if not tables.is_empty(target):
                raise click.ClickException("The database there is not empty.")
            loading.clear(target)
    except OperationalError as error:
        raise click.ClickException(f"The database there does not answer: {error.orig}") from error
    take_steps(step)
    shapes = tables.shapes(source)
    rows = sum(tables.count(source, shape) for shape in shapes)
    with bars("Writing", "Counting", "Comparing") as progress, db.engine.begin() as target:
        given = ((shape, tables.lines(source, shape)) for shape in shapes)
        loading.fill(target, given, progress(rows))
        counting, here = progress(rows), []
        for shape in shapes:
            found = tables.tally(source, shape)
            here.append(Table(shape, found.rows, found.digest))
            counting(found.rows)
        moved = [*loading.compare(target, here, progress(rows))]
    take_steps()
    indexing.rebuild_stale(System())
    db.session.commit()
    return moved
