"""All machines of an installation sign with the same keys, or do not start."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cli.keys import agree_on_keys, ensure_keys, fingerprint
from lms.cli.serve import look_at_the_keys
from lms.database import db
from lms.keyring import PRIVATE, keys_folder
from lms.models import SigningKey
from tests.cli.test_commands import run
from tests.conftest import Clock
from tests.machines import at, machine


def known() -> list[str]:
    """By the database, the newest last."""
    db.session.rollback()
    return [*db.session.scalars(select(SigningKey.fingerprint).order_by(SigningKey.at))]


def test_the_database_knows_which_keys_sign(app: Flask) -> None:
    for _ in range(2):
        run(app, "keys", "new")

    (row,) = db.session.scalars(select(SigningKey))
    assert row.fingerprint == fingerprint(keys_folder())
    assert row.public_key == (keys_folder() / "signing.public.pem").read_text()
    look_at_the_keys()


def test_another_machine_makes_no_keys_of_its_own(app: Flask) -> None:
    run(app, "keys", "new")
    there = fingerprint(keys_folder())
    shutil.rmtree(keys_folder())

    done = run(app, "keys", "new")

    assert done.exit_code == 1
    assert f"are not those of this installation ({there[:16]})" in done.output
    assert not keys_folder().exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_with_other_keys_nothing_starts(app: Flask, command: str) -> None:
    run(app, "keys", "new")
    shutil.rmtree(keys_folder())
    ensure_keys(keys_folder())

    done = run(app, command)

    assert done.exit_code == 1
    assert "Copy them from another machine or from a backup." in done.output


def test_keys_that_are_lost_everywhere_are_made_again_on_purpose(app: Flask, clock: Clock) -> None:
    run(app, "keys", "new")
    first = fingerprint(keys_folder())
    aside = keys_folder().rename(keys_folder().with_name("aside"))
    clock.forward(days=1)
    assert run(app, "keys", "new", "--again").exit_code == 0
    second = fingerprint(keys_folder())
    assert known() == [first, second]
    look_at_the_keys()

    shutil.rmtree(keys_folder())  # and then the first ones are found
    aside.rename(keys_folder())
    clock.forward(days=1)
    assert run(app, "keys", "new", "--again").exit_code == 0
    assert known() == [second, first]
    look_at_the_keys()


def test_before_there_are_tables_keys_can_be_made(tmp_path: Path) -> None:
    with at(machine(tmp_path / "new")):
        assert agree_on_keys()
        assert (keys_folder() / PRIVATE).exists()
        look_at_the_keys()


def test_while_the_database_is_away_the_keys_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = machine(tmp_path / "new", "sqlite")
    (tmp_path / "new" / "learn.sqlite").mkdir()
    with at(app):
        look_at_the_keys()

    assert (
        "The keys were not compared; the database says: unable to open" in capsys.readouterr().err
    )
