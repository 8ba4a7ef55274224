"""From the release before to this one: what was there is found, backed up, and served anew."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
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
from tests.cli.test_running import start
from tests.conftest import SMALL, dispose, settings
from tests.steps import downgrade, upgrade

FOLDER = Path(__file__).parent.parent.parent / "migrations"
STEP = ScriptDirectory(str(FOLDER)).get_revision("0004")


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """The application on a database without tables."""
    url = postgres.new_database() if postgres.wanted() else f"sqlite:///{tmp_path}/empty.sqlite"
    return create_app(settings(tmp_path, url))


def test_what_was_published_before_is_found_after_an_upgrade(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        begin_writing()
        tree = CourseTree.of({path: data.encode() for path, data in SMALL.items()})
        publishing.publish_tree(System(), "small", tree, origin=Origin.IMPORTED)
        db.session.commit()
        downgrade(str(STEP.down_revision))
        assert "search_entry" not in inspect(db.engine).get_table_names()

        done = run(empty, "prepare")

        assert done.exit_code == 0, done.output
        assert [hit.name for hit in finding.search("path tree", "en").hits] == [
            "names/what-is-a-name"
        ]
        assert finding.search("keeping domain", "en").total > 0
        dispose()


def test_the_first_upgrade_makes_an_installation_and_each_other_a_backup(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        first = run(empty, "upgrade")
        second = run(empty, "upgrade")
        dispose()

    (archive,) = (tmp_path / "backups").glob("*.zip")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "To go back" not in first.output
    assert f"To go back, restore this with the code of before: {archive}" in second.output
    assert "Database and courses are up to date." in second.output
    assert "No server runs on this machine." in second.output


def test_the_server_is_asked_to_load_the_new_code(empty: Flask, tmp_path: Path) -> None:
    server = start(tmp_path, "served")
    with empty.app_context():
        done = run(empty, "upgrade")
        dispose()
    server.join(30)

    assert "The server loads this code now." in done.output
    assert server.exitcode == 0


def test_a_database_of_a_newer_release_is_left_alone(empty: Flask, tmp_path: Path) -> None:
    with empty.app_context():
        upgrade()
        begin_writing()
        db.session.execute(db.text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        done = run(empty, "upgrade")
        dispose()

    assert done.exit_code == 1
    assert "made by a newer NPOC Learn (step 9999)" in done.output
    assert not (tmp_path / "backups").exists()
