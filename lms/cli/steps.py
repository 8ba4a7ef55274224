"""The steps in which the tables change. What knows them takes 8 MB and a while, and no server needs it."""

from pathlib import Path

from flask import current_app

from lms.backup import tables
from lms.database import db, steps

MIGRATIONS = str(Path(__file__).resolve().parent.parent.parent / "migrations")


def take_steps(until: str = "head") -> None:
    """All that are new to this database; nothing is loaded where there are none."""
    with db.engine.connect() as connection:
        taken = tables.revision(connection)
    if until == "head" and taken == steps()[-1]:
        return
    import flask_migrate

    flask_migrate.Migrate(current_app, db, render_as_batch=True)
    flask_migrate.upgrade(MIGRATIONS, until)
