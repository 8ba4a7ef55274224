"""`lms backup`: one archive of everything, made while the server runs."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp

from lms import files
from lms.backup import tables
from lms.backup.archive import opened
from lms.database import begin_writing, db, snapshot
from lms.models import Course, User
from tests.cli.test_commands import ROOT, run

PASSPHRASE = "seven green boats on a lake"


@pytest.fixture
def prepared(app: Flask) -> Flask:
    """As `lms prepare` leaves it: the database knows which step it is at."""
    db.session.commit()
    stamp(str(ROOT / "migrations"))
    begin_writing()
    return app


def test_it_holds_rows_files_and_pages(
    prepared: Flask, amina: User, small: Course, tmp_path: Path
) -> None:
    digest = files.put(b"%PDF of a certificate")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "privacy.en.md").write_text("# Ours")

    done = run(prepared, "backup", str(tmp_path / "out"))

    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "out").iterdir()
    assert f"{path}: " in done.output
    assert path.stat().st_mode & 0o777 == 0o600
    with opened(path) as archive, snapshot() as connection:
        found = {table.shape.name: table for table in archive.manifest.tables}
        assert found["user"].rows == 1
        for shape in tables.shapes(connection):
            there = tables.tally(connection, shape)
            assert (found[shape.name].rows, found[shape.name].digest) == (there.rows, there.digest)
        assert archive.files == [digest]
        assert archive.open_file(digest).read() == b"%PDF of a certificate"
        assert archive.other("pages/privacy.en.md") == b"# Ours"
