"""`lms backup`: one archive of everything, checked, and the old ones tidied away."""

import os
import resource
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lms import files
from lms.backup import sealing, tables
from lms.backup.archive import KEYS, Manifest, opened
from lms.backup.errors import BackupError
from lms.cli.backup import back_up, bars, tidy
from lms.cli.keys import ensure_keys
from lms.database import begin_writing, db, snapshot
from lms.keyring import PRIVATE, keys_folder
from lms.models import Course, User
from tests.cli.test_commands import run
from tests.conftest import Clock
from tests.machines import PASSPHRASE, PDF, at, machine
from tests.steps import stamp

ELEVEN = "20270301T120000Z"
"""The clock of the tests, in a name."""


@pytest.fixture
def prepared(app: Flask, clock: Clock) -> Flask:
    """As `lms prepare` leaves it: the database knows which step it is at."""
    db.session.commit()
    stamp()
    begin_writing()
    return app


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for backups, which is not there yet."""
    return tmp_path / "disk" / "backups"


def of(archive: Path) -> Manifest:
    """What it says of itself."""
    with opened(archive) as reader:
        return reader.manifest


# --- what is in it ------------------------------------------------------------------------------


def test_rows_files_and_pages_are_in_it(
    prepared: Flask, amina: User, small: Course, out: Path, tmp_path: Path
) -> None:
    digest = files.put(PDF)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "privacy.en.md").write_text("# Ours")

    done = run(prepared, "backup", str(out))

    path = out / f"learn-{ELEVEN}.zip"
    with opened(path) as archive, snapshot() as connection:
        found = {one.shape.name: one for one in archive.manifest.tables}
        for shape in tables.shapes(connection):
            there = tables.tally(connection, shape)
            assert (found[shape.name].rows, found[shape.name].digest) == (there.rows, there.digest)
        assert archive.files == [digest]
        assert archive.open_file(digest).read() == PDF
        assert archive.other("pages/privacy.en.md") == b"# Ours"
        assert (archive.manifest.site, archive.manifest.made_at) == (
            "http://localhost",
            "2027-03-01T12:00:00+00:00",
        )
        rows = archive.manifest.rows
    size = path.stat().st_size / 1e6
    assert done.output.endswith(f"{path}: {rows} rows, 1 files, {size:.1f} MB, checked.\n")
    assert found["user"].rows == 1


def test_only_its_owner_reads_it(prepared: Flask, out: Path) -> None:
    path = back_up(out, None)

    assert path.stat().st_mode & 0o777 == 0o600
    assert out.stat().st_mode & 0o777 == 0o700


def test_without_a_folder_it_lies_in_the_instance(prepared: Flask, tmp_path: Path) -> None:
    run(prepared, "backup")

    assert (tmp_path / "backups" / f"learn-{ELEVEN}.zip").exists()


def test_what_search_makes_anew_is_not_in_it(prepared: Flask, small: Course, out: Path) -> None:
    names = {one.shape.name for one in of(back_up(out, None)).tables}

    assert {name for name in names if name.startswith(("search", "alembic"))} == set()


def test_the_keys_are_in_it_for_who_knows_the_passphrase(
    prepared: Flask, out: Path, tmp_path: Path
) -> None:
    ensure_keys(keys_folder())
    (keys_folder() / ".unfinished").write_text("half a key")
    (keys_folder() / "old").mkdir()
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\nno part of it\n")

    done = run(prepared, "backup", str(out), "--passphrase-file", str(tmp_path / "passphrase"))

    private = (keys_folder() / PRIVATE).read_bytes()
    assert "NOT in it" not in done.output
    with opened(out / f"learn-{ELEVEN}.zip") as archive:
        sealed = archive.other(KEYS)
        assert archive.manifest.keys == "sealed"
    assert private not in sealed
    unsealed = sealing.unseal(sealed, PASSPHRASE)
    assert unsealed.keys() == {"signing.pem", "signing.public.pem"}
    assert unsealed[PRIVATE] == private
    with pytest.raises(BackupError, match="cannot be read with this passphrase"):
        sealing.unseal(sealed, PASSPHRASE + "s")


def test_without_a_passphrase_it_says_that_they_are_missing(prepared: Flask, out: Path) -> None:
    ensure_keys(keys_folder())

    done = run(prepared, "backup", str(out))

    assert "The keys are NOT in it: set BACKUP_PASSPHRASE" in done.output
    path = out / f"learn-{ELEVEN}.zip"
    assert of(path).keys == "missing"
    private = (keys_folder() / PRIVATE).read_bytes()
    with opened(path) as archive:
        assert all(private not in archive.other(name) for name in archive.manifest.others)


# --- what is not as it should be ----------------------------------------------------------------


def test_a_file_that_is_damaged_is_left_out_and_named(
    prepared: Flask, out: Path, tmp_path: Path
) -> None:
    whole, damaged = files.put(PDF), files.put(b"another")
    (tmp_path / "files" / damaged[:2] / damaged).write_bytes(b"anothes")

    done = run(prepared, "backup", str(out))

    assert f"A file in the store is damaged and was left out: {damaged}" in done.output
    with opened(out / f"learn-{ELEVEN}.zip") as archive:
        assert archive.files == [whole]
        assert archive.manifest.damaged == [damaged]


def test_a_file_that_goes_meanwhile_is_no_fault(
    prepared: Flask, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, gone = files.put(PDF), sha256(b"gone").hexdigest()
    monkeypatch.setattr(files, "digests", lambda: iter([gone, whole]))

    assert of(back_up(out, None)).files == 1


def test_before_there_are_tables_there_is_nothing_to_back_up(tmp_path: Path, out: Path) -> None:
    with at(machine(tmp_path / "empty")), pytest.raises(BackupError, match="has no tables"):
        back_up(out, None)
    assert [*out.iterdir()] == []


def test_a_table_that_it_cannot_hold_is_named(prepared: Flask, out: Path) -> None:
    begin_writing()
    db.session.execute(text("CREATE TABLE strange (id INTEGER PRIMARY KEY, day DATE)"))
    db.session.commit()
    try:
        done = run(prepared, "backup", str(out))
    finally:
        begin_writing()
        db.session.execute(text("DROP TABLE strange"))
        db.session.commit()

    assert "Error: strange.day: a backup cannot hold a column of DATE()" in done.output
    assert [*out.iterdir()] == []


def test_a_full_disk_leaves_no_half_backup(prepared: Flask, out: Path) -> None:
    files.put(os.urandom(500_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, limits[1]))
    try:
        done = run(prepared, "backup", str(out))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert f"Error: {out}/learn-{ELEVEN}.zip cannot be written: [Errno 27]" in done.output
    assert [*out.iterdir()] == []


def test_two_in_one_second_do_not_overwrite_each_other(prepared: Flask, out: Path) -> None:
    path = back_up(out, None)
    before = path.read_bytes()

    with pytest.raises(BackupError, match="is there already"):
        back_up(out, None)
    assert path.read_bytes() == before


# --- old ones -----------------------------------------------------------------------------------


def test_so_many_are_kept(prepared: Flask, out: Path, clock: Clock) -> None:
    names = []
    for _ in range(4):
        names.append(f"learn-{clock.moment:%Y%m%dT%H%M%SZ}.zip")
        done = run(prepared, "backup", str(out), "--keep", "2")
        clock.forward(days=1)
    (out / "letter.zip").write_text("not ours")

    assert sorted(file.name for file in out.iterdir()) == [*names[2:], "letter.zip"]
    assert f"Deleted: {out / names[1]}" in done.output


def test_what_a_killed_process_left_goes_after_a_day(out: Path) -> None:
    out.mkdir(parents=True)
    for name, hours in (("old", 25), ("new", 1)):
        file = out / f".learn-{name}.zip.unfinished"
        file.touch()
        moment = file.stat().st_mtime - timedelta(hours=hours).total_seconds()
        os.utime(file, (moment, moment))

    tidy(out, 3)

    assert [file.name for file in out.iterdir()] == [".learn-new.zip.unfinished"]


def test_how_far_it_is_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with bars("Writing", "Reading back") as progress:
        progress(2)(2)
        progress(1)(1)

    assert capsys.readouterr().err == "Writing\nReading back\n"
