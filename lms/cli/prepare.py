"""`lms prepare`: brings an installation up to date with the code and with courses/."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.cli.courses import publish_shipped_courses
from lms.cli.demo import ensure_cast
from lms.cli.keys import agree_on_keys
from lms.cli.paths import publish_shipped as publish_shipped_paths
from lms.cli.steps import take_steps
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
    take_steps()
    agree_on_keys()
    publish_shipped_courses(ROOT / "courses")
    publish_shipped_paths(ROOT / "courses" / "paths")
    indexing.rebuild_stale(System())
    db.session.commit()
    ensure_cast()
