"""`lms restore`: an archive becomes an installation, on either database, or nothing is changed."""

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import inspect, select, text, update

from lms import files, filing
from lms.backup import loading
from lms.backup.archive import MANIFEST
from lms.backup.tables import DERIVED, Tally
from lms.cli.backup import back_up
from lms.cli.keys import fingerprint
from lms.content.tree import CourseTree
from lms.database import db, steps
from lms.domain import privacy, publishing
from lms.domain.permissions import System
from lms.domain.search import finding
from lms.keyring import PRIVATE, keys_folder
from lms.models import Origin, User
from tests import postgres
from tests.cli.test_commands import run
from tests.conftest import SMALL, Clock, person
from tests.filled import ROWS, rows
from tests.machines import PASSPHRASE, PDF, archive_of, at, fill, machine
from tests.steps import downgrade, upgrade

WAYS = (
    [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]
    if postgres.wanted()
    else [("sqlite", "sqlite")]
)


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a machine on which every table has rows."""
    return archive_of(tmp_path_factory.mktemp("old"))


@pytest.fixture
def archive(tmp_path: Path, backup: Path) -> Path:
    """A copy of it to do with what one likes."""
    return Path(shutil.copy(backup, tmp_path))


def restored(app: Flask, archive: Path, *words: str, typed: str = "") -> Result:
    """`lms restore` there."""
    return run(app, "restore", str(archive), *words, typed=typed)


def knowing(app: Flask, passphrase: str = PASSPHRASE) -> Flask:
    """With the passphrase in its settings."""
    app.config["BACKUP_PASSPHRASE"] = passphrase
    return app


def kept() -> dict[str, list[tuple[object, ...]]]:
    """All rows but those that are made anew from the editions."""
    return {name: found for name, found in rows().items() if name not in DERIVED}


# --- a machine on which nothing is --------------------------------------------------------------


@pytest.mark.parametrize(("here", "there"), WAYS)
def test_an_empty_machine_becomes_the_same(tmp_path: Path, here: str, there: str) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with at(machine(old, here)):
        fill(old)
        wanted = kept()
        archive = back_up(old / "backups", PASSPHRASE)
    app = knowing(machine(new, there))
    with at(app):
        done = restored(app, archive)

        assert done.exit_code == 0, done.output
        assert kept() == wanted
        assert sorted(files.get(digest) for digest in files.digests()) == [b"", PDF]
    for name in ("keys/signing.pem", "keys/signing.public.pem", "pages/privacy.en.md"):
        assert (new / name).read_bytes() == (old / name).read_bytes()
    assert (new / "keys" / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_life_goes_on_there(tmp_path: Path) -> None:
    old, app = machine(tmp_path / "old"), machine(tmp_path / "new")
    with at(old):
        upgrade()
        tree = CourseTree.of({path: data.encode() for path, data in SMALL.items()})
        publishing.publish_tree(System(), "small", tree, origin=Origin.IMPORTED)
        person("Amina")
        archive = back_up(tmp_path / "backups", None)
    with at(app):
        assert restored(app, archive).exit_code == 0

        assert person("Eve").id == 2
        assert [hit.name for hit in finding.search("path tree", "en").hits] == [
            "names/what-is-a-name"
        ]


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    old, app = machine(tmp_path / "old"), machine(tmp_path / "new")
    with at(old):
        upgrade()
        person("Amina")
        downgrade("0003")
        archive = back_up(tmp_path / "backups", None)  # as `lms upgrade` does, before it migrates
        assert "report" not in inspect(db.engine).get_table_names()
    with at(app):
        assert restored(app, archive).exit_code == 0

        assert db.session.scalars(select(User.name)).all() == ["Amina"]
        newest = steps()[-1]
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == newest


# --- a machine on which something is ------------------------------------------------------------


def test_what_is_there_is_not_replaced_unasked(tmp_path: Path, archive: Path) -> None:
    app = knowing(machine(tmp_path / "new"))
    with at(app):
        upgrade()
        person("Eve")

        unasked = restored(app, archive)
        declined = restored(app, archive, "--replace", typed="n\n")

        assert unasked.output.endswith(
            "Error: This installation is not empty. To replace it: --replace.\n"
        )
        assert "Delete everything" in declined.output
        assert (unasked.exit_code, declined.exit_code) == (1, 1)
        assert db.session.scalars(select(User.name)).all() == ["Eve"]


@pytest.mark.parametrize(
    ("words", "typed"), [(("--replace",), "y\n"), (("--replace", "--yes"), "")]
)
def test_asked_for_it_is_replaced(
    tmp_path: Path, archive: Path, backup: Path, words: tuple[str, ...], typed: str
) -> None:
    app = knowing(machine(tmp_path / "new"))
    with at(app):
        fill(tmp_path / "new")
        db.session.execute(update(User).values(name="Eve"))
        db.session.commit()
        ours = (tmp_path / "new" / "keys" / PRIVATE).read_bytes()

        done = restored(app, archive, *words, typed=typed)

        assert done.exit_code == 0, done.output
        assert len(people()) == ROWS
        assert "Eve" not in people()
        (aside,) = (tmp_path / "new").glob("keys-before-*")
        assert (aside / PRIVATE).read_bytes() == ours
        assert fingerprint(keys_folder()) == fingerprint(backup.parent.parent / "keys")
        assert [*(tmp_path / "new").glob("pages-before-*")] == []  # they are the same


def test_a_database_that_cannot_be_read_is_not_overwritten(tmp_path: Path, archive: Path) -> None:
    app = knowing(machine(tmp_path / "new", "sqlite"))
    broken = tmp_path / "new" / "learn.sqlite"
    broken.write_bytes(b"this is no database, but it may be all that is left" * 100)
    with at(app):
        done = restored(app, archive, "--replace", "--yes")

    assert "The database cannot be read" in done.output
    assert broken.read_bytes().startswith(b"this is no database")


# --- what cannot be restored --------------------------------------------------------------------


def changed(archive: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Pack it again, with its members changed."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)


def said(members: dict[str, bytes], **facts: object) -> None:
    """Change the manifest."""
    members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **facts}).encode()


BROKEN: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "a row is missing": (
        lambda members: members.update({"tables/user.jsonl": b""}),
        "user is not what was written",
    ),
    "a row is another": (
        lambda members: members.update(
            {"tables/course.jsonl": members["tables/course.jsonl"].replace(b"slug", b"slag", 1)}
        ),
        "course is not what was written",
    ),
    "a table is missing": (lambda members: members.pop("tables/user.jsonl"), "no item named"),
    "a file is missing": (
        lambda members: members.pop(next(name for name in members if name.startswith("files/"))),
        "number of files is not",
    ),
    "a file is another": (
        lambda members: members.update(
            {name: b"x" for name in members if name.startswith("files/")}
        ),
        "is not what was written",
    ),
    "the keys are others": (
        lambda members: members.update({"keys.sealed": b"x" * 90}),
        "keys.sealed is not what was written",
    ),
    "no manifest": (lambda members: members.pop(MANIFEST), "is not a backup of NPOC Learn"),
    "another manifest": (
        lambda members: members.update({MANIFEST: b"[]"}),
        "is not a backup of NPOC Learn",
    ),
    "a later format": (lambda members: said(members, format=2), "by a newer NPOC Learn"),
    "a later step": (lambda members: said(members, revision="9999"), "by a newer NPOC Learn"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_backup_that_is_not_as_it_was_made_is_refused(
    tmp_path: Path, archive: Path, name: str
) -> None:
    change, sentence = BROKEN[name]
    changed(archive, change)
    refused(tmp_path / "new", archive, sentence)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.999])
def test_half_a_backup_is_refused(tmp_path: Path, archive: Path, part: float) -> None:
    archive.write_bytes(archive.read_bytes()[: int(archive.stat().st_size * part)])
    refused(tmp_path / "new", archive, "cannot be read as a backup")


def test_a_bit_that_fell_over_is_noticed(tmp_path: Path, archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as packed:
        data[packed.getinfo("tables/user.jsonl").header_offset + 120] ^= 1
    archive.write_bytes(data)
    refused(tmp_path / "new", archive, "cannot be read as a backup")


def refused(folder: Path, archive: Path, sentence: str) -> None:
    """With a sentence, and nothing is changed."""
    app = knowing(machine(folder))
    with at(app):
        done = restored(app, archive)

        assert done.exit_code == 1
        assert sentence in done.output
        assert "Traceback" not in done.output
        assert inspect(db.engine).get_table_names() == []
        assert [*files.digests()] == []
    assert not keys_there(folder)


def keys_there(folder: Path) -> bool:
    return (folder / "keys").exists()


def test_a_database_of_newer_code_is_left_alone(tmp_path: Path, archive: Path) -> None:
    app = knowing(machine(tmp_path / "new"))
    with at(app):
        upgrade()
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()

        done = restored(app, archive, "--replace", "--yes")

    assert "The database here was made by a newer NPOC Learn (step 9999)" in done.output


def test_rows_that_the_database_does_not_take_change_nothing(tmp_path: Path, archive: Path) -> None:
    """As a hand-made archive might have them: a lesson of no course."""
    app = knowing(machine(tmp_path / "new"))
    with zipfile.ZipFile(archive) as packed:
        manifest = json.loads(packed.read(MANIFEST))
    manifest["tables"] = [one for one in manifest["tables"] if one["shape"]["name"] != "course"]
    changed(archive, lambda members: said(members, tables=manifest["tables"]))
    with at(app):
        done = restored(app, archive)

        assert done.exit_code == 1
        assert all(found == [] for found in rows().values())


def test_a_table_that_nobody_knows_is_refused(tmp_path: Path, archive: Path) -> None:
    app = knowing(machine(tmp_path / "new"))
    with zipfile.ZipFile(archive) as packed:
        manifest = json.loads(packed.read(MANIFEST))
    manifest["tables"][0]["shape"]["columns"]["colour"] = "text"
    changed(archive, lambda members: said(members, tables=manifest["tables"]))
    with at(app):
        done = restored(app, archive)

        assert "with the same columns" in done.output
        assert all(found == [] for found in rows().values())


def test_rows_that_a_database_keeps_otherwise_change_nothing(tmp_path: Path, archive: Path) -> None:
    """As a hand-made archive might have them: a number in quotation marks, which becomes a number."""

    def quote(members: dict[str, bytes]) -> None:
        manifest, found = json.loads(members[MANIFEST]), Tally()
        (table,) = (one for one in manifest["tables"] if one["shape"]["name"] == "course")
        rows = [json.loads(line) for line in members["tables/course.jsonl"].splitlines()]
        place = [*table["shape"]["columns"]].index("id")
        lines = [json.dumps([*row[:place], str(row[place]), *row[place + 1 :]]) for row in rows]
        for line in lines:
            found.add(line.encode())
        table["digest"] = found.digest
        members["tables/course.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
        members[MANIFEST] = json.dumps(manifest).encode()

    changed(archive, quote)
    app = knowing(machine(tmp_path / "new"))
    with at(app):
        done = restored(app, archive)

        assert "course is not what was written; nothing was changed." in done.output
        assert all(found == [] for found in rows().values())


# --- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passphrase", "sentence"),
    [
        ("seven red boats on a lake", "The keys cannot be read with this passphrase."),
        ("", "The keys in this archive are encrypted: give --passphrase-file, or --without-keys."),
    ],
)
def test_without_the_passphrase_nothing_is_changed(
    tmp_path: Path, archive: Path, passphrase: str, sentence: str
) -> None:
    app = machine(tmp_path / "new")
    app.config["BACKUP_PASSPHRASE"] = passphrase or None
    with at(app):
        done = restored(app, archive)

        assert done.output.endswith(f"Error: {sentence}\n")
        assert inspect(db.engine).get_table_names() == []


def test_the_keys_can_be_left_out(tmp_path: Path, archive: Path) -> None:
    app = machine(tmp_path / "new")
    with at(app):
        assert restored(app, archive, "--without-keys").exit_code == 0
    assert not keys_there(tmp_path / "new")


def test_keys_that_are_not_in_it_are_asked_for(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "old", passphrase=None)
    app = machine(tmp_path / "new")
    with at(app):
        done = restored(app, archive)

    assert done.exit_code == 0
    assert "The keys are not in this archive: copy INSTANCE_FOLDER/keys." in done.output


# --- who left stays away ------------------------------------------------------------------------


@dataclass
class Four:
    """A machine with four people, its backup, and their public ids."""

    app: Flask
    archive: Path
    ids: dict[str, str]


@pytest.fixture
def four(tmp_path: Path) -> Four:
    """Amina, Eve, Lin and Zoe."""
    app = machine(tmp_path / "old")
    with at(app):
        upgrade()
        ids = {name: person(name).public_id for name in ("Amina", "Eve", "Lin", "Zoe")}
        return Four(app, back_up(tmp_path / "backups", None), ids)


def leave(*names: str) -> None:
    """They delete their accounts."""
    for user in db.session.scalars(select(User).where(User.name.in_(names))).all():
        user.password_hash = "known"
        db.session.flush()
        privacy.delete_account(user, withdraw=(), proven="known")
    db.session.commit()


def people() -> list[str]:
    """Who is here."""
    db.session.rollback()
    return [*db.session.scalars(select(User.name).order_by(User.name))]


def test_who_left_the_machine_that_is_replaced_stays_away(four: Four) -> None:
    with at(four.app):
        leave("Amina", "Eve")
        assert people() == ["Lin", "Zoe"]

        done = restored(four.app, four.archive, "--replace", "--yes")

        assert people() == ["Lin", "Zoe"]
        assert "Deleted again, because they had left since: 2." in done.output
        left = {one.public_id for one in privacy.recorded()}
        assert left == {four.ids["Amina"], four.ids["Eve"]}


def test_what_the_file_store_knows_counts(four: Four, tmp_path: Path) -> None:
    new = machine(tmp_path / "new")
    with at(four.app):
        leave("Amina")
        filing.file_deletions()
    shutil.copytree(tmp_path / "old" / "files", tmp_path / "new" / "files", dirs_exist_ok=True)
    with at(new):
        restored(new, four.archive)

        assert people() == ["Eve", "Lin", "Zoe"]


def test_what_other_backups_know_counts(four: Four, tmp_path: Path, clock: Clock) -> None:
    with at(four.app):
        leave("Amina")
        back_up(four.archive.parent, None)
    (four.archive.parent / "learn-20200101T000000Z.zip").write_text("no backup")
    new = machine(tmp_path / "new")
    with at(new):
        done = restored(new, four.archive)

        assert people() == ["Eve", "Lin", "Zoe"]
        assert "learn-20200101T000000Z.zip cannot be read as a backup" in done.output


def test_a_list_counts(four: Four, tmp_path: Path) -> None:
    listed = tmp_path / "list"
    listed.write_text(f"{four.ids['Amina']}\n\n  {four.ids['Eve']} \n")
    new = machine(tmp_path / "new")
    with at(new):
        restored(new, four.archive, "--deletions", str(listed))

        assert people() == ["Lin", "Zoe"]


def test_restoring_that_was_interrupted_forgets_nobody(
    four: Four, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database that knew who left is gone by then; the list beside it is not."""
    with at(four.app):
        leave("Amina")
        with monkeypatch.context() as broken:
            broken.setattr(loading, "fill", lambda *_: 1 / 0)
            assert restored(four.app, four.archive, "--replace", "--yes").exit_code == 1

        restored(four.app, four.archive)

        assert people() == ["Eve", "Lin", "Zoe"]
    assert not (tmp_path / "old" / "deletions.jsonl").exists()
