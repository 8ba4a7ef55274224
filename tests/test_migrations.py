"""The steps of the database lead from nothing to the models, and each can be taken back."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from lms import create_app
from lms.database import db
from lms.models import Base
from lms.models.search import NOT_OURS, WORDS
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
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        return list(compare_metadata(context, Base.metadata))


def is_ours(_thing: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    """All but the full-text tables, which have no model."""
    return kind != "table" or name not in NOT_OURS


def full_text() -> object:
    """How the table of words was made: its SQL, or its columns and indexes."""
    if db.engine.dialect.name == "sqlite":
        return db.session.scalar(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": WORDS}
        )
    seen = inspect(db.engine)
    columns = [(one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(WORDS)]
    keys = [(one["name"], one["options"]) for one in seen.get_foreign_keys(WORDS)]
    return columns, seen.get_indexes(WORDS), keys


def test_from_nothing_to_the_models(empty: Flask) -> None:
    with empty.app_context():
        upgrade(str(FOLDER))

        assert differences() == []
        dispose()


def test_the_table_of_words_is_the_one_that_the_tests_use(app: Flask, empty: Flask) -> None:
    used = full_text()
    with empty.app_context():
        upgrade(str(FOLDER))

        assert full_text() == used
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
