"""The steps of the tables in tests: what serves pages does not know them (see lms/cli/steps.py)."""

import flask_migrate
from flask import current_app

from lms.cli.steps import MIGRATIONS
from lms.database import db


def upgrade(until: str = "head") -> None:
    """Take the steps up to this one."""
    _know()
    flask_migrate.upgrade(MIGRATIONS, until)


def downgrade(until: str) -> None:
    """Take them back."""
    _know()
    flask_migrate.downgrade(MIGRATIONS, until)


def stamp(step: str = "head") -> None:
    """Say that they were taken."""
    _know()
    flask_migrate.stamp(MIGRATIONS, step)


def _know() -> None:
    flask_migrate.Migrate(current_app, db, render_as_batch=True)
