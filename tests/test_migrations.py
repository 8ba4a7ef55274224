"""The steps of the database lead from nothing to the models, and each can be taken back."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from lms import create_app
from lms.database import db
from lms.models import Base
from tests import postgres
from tests.conftest import dispose, settings

FOLDER = Path(__file__).parent.parent / "migrations"
STEPS = [step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """The application on a database without tables."""
    url = postgres.new_database() if postgres.wanted() else f"sqlite:///{tmp_path}/empty.sqlite"
    return create_app(settings(tmp_path, url))


def differences() -> list[object]:
    """What Alembic would have to do to make the tables those of the models."""
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_from_nothing_to_the_models(empty: Flask) -> None:
    with empty.app_context():
        upgrade(str(FOLDER))

        assert differences() == []
        dispose()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_can_be_taken_back_and_again(empty: Flask, step: str) -> None:
    with empty.app_context():
        upgrade(str(FOLDER), step)
        before = set(inspect(db.engine).get_table_names())
        downgrade(str(FOLDER), "-1")
        upgrade(str(FOLDER), step)

        assert set(inspect(db.engine).get_table_names()) == before
        dispose()
