"""An installation of the release before: what it published can be found after `lms prepare`."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import inspect

from lms import create_app
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import publishing
from lms.domain.permissions import System
from lms.domain.search import finding
from lms.models import Origin
from tests import postgres
from tests.cli.test_commands import run
from tests.conftest import SMALL, dispose, settings

FOLDER = Path(__file__).parent.parent.parent / "migrations"
STEP = ScriptDirectory(str(FOLDER)).get_revision("0004")


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """The application on a database without tables."""
    url = postgres.new_database() if postgres.wanted() else f"sqlite:///{tmp_path}/empty.sqlite"
    app = create_app(settings(tmp_path, url))
    Migrate(app, db, render_as_batch=True)
    return app


def test_what_was_published_before_is_found_after_an_upgrade(empty: Flask) -> None:
    with empty.app_context():
        upgrade(str(FOLDER))
        begin_writing()
        tree = CourseTree.of({path: data.encode() for path, data in SMALL.items()})
        publishing.publish_tree(System(), "small", tree, origin=Origin.IMPORTED)
        db.session.commit()
        downgrade(str(FOLDER), str(STEP.down_revision))
        assert "search_entry" not in inspect(db.engine).get_table_names()

        done = run(empty, "prepare")

        assert done.exit_code == 0, done.output
        assert [hit.name for hit in finding.search("path tree", "en").hits] == [
            "names/what-is-a-name"
        ]
        assert finding.search("keeping domain", "en").total > 0
        dispose()
