"""`lms prepare`: brings an installation up to date with the code and with courses/."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.cli.courses import publish_shipped_courses
from lms.cli.demo import ensure_cast
from lms.cli.keys import ensure_keys, keys_folder
from lms.database import db
from lms.domain.permissions import System
from lms.domain.search import indexing

ROOT = Path(__file__).resolve().parent.parent.parent


@click.command()
@with_appcontext
def prepare() -> None:
    """Bring the database, the keys and the shipped courses up to date. Twice is harmless.

    In development, also make the demo cast and print who they are.
    """
    bring_up_to_date()


def bring_up_to_date() -> None:
    """What `lms prepare` does, for `lms serve --prepare` too."""
    change_tables()
    ensure_keys(keys_folder())
    publish_shipped_courses(ROOT / "courses")
    indexing.rebuild_stale(System())
    db.session.commit()
    ensure_cast()


def change_tables() -> None:
    """All steps that are new to this database. What knows them takes 8 MB, and no server needs it."""
    import flask_migrate

    flask_migrate.Migrate(current_app, db, render_as_batch=True)
    flask_migrate.upgrade(directory=str(ROOT / "migrations"))
