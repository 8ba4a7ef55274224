"""`lms migrate-to`: every row arrives in PostgreSQL as it was, and nothing is changed here."""

from pathlib import Path

import pytest
from flask import Flask

from lms.content.tree import CourseTree
from lms.database import db
from lms.domain import publishing
from lms.domain.permissions import System
from lms.domain.search import finding
from lms.models import Origin, User
from tests import postgres
from tests.cli.test_commands import run
from tests.conftest import SMALL, person
from tests.filled import ROWS, fill_every_table, rows
from tests.machines import at, machine
from tests.servers import closed_port
from tests.steps import downgrade, upgrade

needs_postgres = pytest.mark.skipif(not postgres.wanted(), reason="it moves to PostgreSQL")


@pytest.fixture
def here(tmp_path: Path) -> Flask:
    """A machine with SQLite."""
    return machine(tmp_path / "here", "sqlite")


@pytest.fixture
def there(tmp_path: Path) -> Flask:
    """The same with an empty PostgreSQL."""
    return machine(tmp_path / "there", "postgresql")


def address(app: Flask) -> str:
    """As somebody types it."""
    return str(app.config["DATABASE_URL"]).replace("postgresql+psycopg:", "postgres:")


@needs_postgres
def test_every_row_arrives_and_the_source_stays(tmp_path: Path, here: Flask, there: Flask) -> None:
    with at(here):
        upgrade()
        fill_every_table()
        wanted = rows()
        before = (tmp_path / "here" / "learn.sqlite").read_bytes()

        done = run(here, "migrate-to", address(there))

        assert done.exit_code == 0, done.output
        assert (tmp_path / "here" / "learn.sqlite").read_bytes() == before
        assert rows() == wanted
    with at(there):
        found = rows()
        for name in ("search_entry", "source_check"):  # made anew from the editions
            del wanted[name], found[name]
        assert found == wanted
    said = dict(line.split()[:2] for line in done.output.splitlines() if f" {ROWS}  " in line)
    assert said.keys() == wanted.keys()


@needs_postgres
def test_life_goes_on_there(here: Flask, there: Flask) -> None:
    with at(here):
        upgrade()
        tree = CourseTree.of({path: data.encode() for path, data in SMALL.items()})
        publishing.publish_tree(System(), "small", tree, origin=Origin.IMPORTED)
        person("Amina")
        downgrade("0003")  # an installation that was not brought up to date
        run(here, "migrate-to", address(there))
    with at(there):
        assert person("Eve").id == 2
        assert finding.search("path tree", "en").total > 0


@needs_postgres
def test_a_database_with_rows_is_not_overwritten(here: Flask, there: Flask) -> None:
    with at(there):
        upgrade()
        person("Eve")
    with at(here):
        upgrade()
        done = run(here, "migrate-to", address(there))
    with at(there):
        assert db.session.query(User).count() == 1
    assert done.output.endswith("Error: The database there is not empty.\n")


@needs_postgres
def test_what_postgresql_cannot_hold_is_named_and_nothing_arrives(
    here: Flask, there: Flask
) -> None:
    with at(here):
        upgrade()
        person("A\0B")
        done = run(here, "migrate-to", address(there))
    with at(there):
        assert all(found == [] for found in rows().values())
    assert "Error: user cannot be written: PostgreSQL text fields cannot contain NUL" in done.output


@pytest.mark.once
def test_only_postgresql_is_moved_to(here: Flask) -> None:
    with at(here):
        upgrade()
        done = run(here, "migrate-to", "mysql://learn")
    assert "It must look like postgresql://user:password@host/name." in done.output


@pytest.mark.once
def test_before_there_are_tables_nothing_is_moved(here: Flask) -> None:
    with at(here):
        done = run(here, "migrate-to", "postgresql://learn@127.0.0.1/learn")
    assert "There is nothing to move" in done.output


@pytest.mark.once
def test_a_database_that_is_not_there_is_said_in_a_sentence(here: Flask) -> None:
    with at(here):
        upgrade()
        done = run(here, "migrate-to", f"postgresql://learn@127.0.0.1:{closed_port()}/learn")
    assert "Error: The database there does not answer: " in done.output
