"""The `lms` command, as somebody at a terminal uses it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from lms import cli
from lms.cli import demo
from lms.cli.courses import publish_shipped_courses
from lms.content.archive import from_folder, to_zip
from lms.database import db
from lms.domain import catalogue, publishing
from lms.domain.permissions import System
from lms.keyring import PRIVATE, keys_folder
from lms.models import (
    Course,
    CourseRole,
    CourseRoleGrant,
    Membership,
    Origin,
    OutgoingMail,
    SiteRoleGrant,
    User,
)
from tests.conftest import EXAMPLE, SMALL
from tests.steps import stamp

ROOT = Path(__file__).parent.parent.parent


def run(app: Flask, *words: str, typed: str = "") -> Result:
    """`lms WORDS…` with this application."""
    db.session.rollback()
    info = ScriptInfo(create_app=lambda: app)
    return CliRunner().invoke(cli.lms, list(words), obj=info, input=typed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the worked example to change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "dns-essentials"))


def commands(group: click.Command, name: str = "lms") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    if not isinstance(group, click.Group):
        yield name, group
        return
    for word, command in group.commands.items():
        yield from commands(command, f"{name} {word}")


def test_the_readme_names_every_command_with_its_help() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(lms [a-z -]+)` \| (.*) \|$", readme, re.MULTILINE))

    assert rows == {
        name: " ".join((command.help or "").split("\n\n")[0].split())
        for name, command in commands(cli.lms)
    }


def test_a_good_course_is_checked_and_what_was_understood_is_said(app: Flask, folder: Path) -> None:
    (folder / ".DS_Store").write_text("x")
    done = run(app, "courses", "check", str(folder))

    assert done.exit_code == 0
    assert "0 errors" in done.output
    assert (
        "quiz.md:12: note: #delegation: one right answer, 3 options, feedback on 3" in done.output
    )
    assert ".DS_Store:1: note: left out" in done.output


def test_a_course_with_an_error_fails_the_check(app: Flask, folder: Path) -> None:
    quiz = folder / "01-how-names-work" / "quiz.md"
    quiz.write_text(quiz.read_text("utf-8").replace("title:", "titel:"), "utf-8")
    (folder / "course.md").rename(folder / "curse.md")

    assert run(app, "courses", "check", str(folder)).exit_code == 1
    (folder / "curse.md").rename(folder / "course.md")
    done = run(app, "courses", "check", str(folder))
    assert done.exit_code == 1
    assert "quiz.md:2: error: unknown setting 'titel'; did you mean 'title'?" in done.output


def test_fix_writes_the_missing_ids_only(app: Flask, folder: Path) -> None:
    lesson = folder / "01-how-names-work" / "01-names-and-zones.md"
    before = lesson.read_bytes()
    lesson.write_bytes(before.replace(b" {#tree}", b""))

    done = run(app, "courses", "check", "--fix", str(folder))

    assert "01-names-and-zones.md: ids written" in done.output
    assert lesson.read_bytes() == before.replace(b"{#tree}", b"{#the-tree}")


def test_a_course_goes_in_as_a_folder_or_a_zip_and_comes_out_byte_for_byte(
    app: Flask, folder: Path, tmp_path: Path
) -> None:
    assert run(app, "courses", "import", str(folder)).output == "dns-essentials: edition 1\n"
    packed = tmp_path / "dns-essentials.zip"
    packed.write_bytes(to_zip(from_folder(folder)))
    assert run(app, "courses", "import", str(packed)).output == "dns-essentials: edition 1\n"

    out = tmp_path / "out"
    assert "files in" in run(app, "courses", "export", "dns-essentials", str(out)).output
    assert from_folder(out) == from_folder(folder)


def test_a_course_with_errors_is_not_imported(app: Flask, folder: Path) -> None:
    (folder / "course.md").write_text("---\ntitel: x\n---\n")
    done = run(app, "courses", "import", str(folder))

    assert done.exit_code == 1
    assert "unknown setting 'titel'" in done.output
    assert "was not published" in done.output
    assert db.session.scalars(select(Course)).all() == []


def test_what_cannot_be_a_course_is_refused_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_text("no zip")

    done = run(app, "courses", "import", str(bad))

    assert done.exit_code == 1
    assert "This is not a ZIP file that can be read." in done.output


def test_what_was_written_in_the_browser_is_replaced_only_on_purpose(
    app: Flask, folder: Path
) -> None:
    publishing.publish_tree(System(), "dns-essentials", from_folder(folder), origin=Origin.STUDIO)
    db.session.commit()
    (folder / "course.md").write_text("---\ntitle: New\nlanguage: en\n---\n")
    for name in ("01-how-names-work", "02-mail-identity", "03-having-a-voice"):
        shutil.rmtree(folder / name)

    (folder / "new.txt").write_text("new")

    said = run(app, "courses", "import", str(folder)).output
    assert "import with --replace" in said
    assert "course.md: the browser and the folder differ\n" in said
    assert "01-how-names-work/quiz.md: only in the browser\n" in said
    assert "new.txt: only in the folder\n" in said
    assert catalogue.current_edition(catalogue.find_course("dns-essentials")).number == 1
    assert "edition 2" in run(app, "courses", "import", "--replace", str(folder)).output


def test_a_new_course_can_be_checked_at_once(app: Flask, tmp_path: Path) -> None:
    new = tmp_path / "mine"
    assert run(app, "courses", "new", str(new)).exit_code == 0

    assert run(app, "courses", "check", str(new)).exit_code == 0
    assert "is there already" in run(app, "courses", "new", str(new)).output


def test_one_bad_shipped_course_stops_no_other(
    app: Flask, tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "course.md").write_text("---\ntitel: x\n---\n")
    publishing.publish_tree(System(), "written", from_folder(folder), origin=Origin.STUDIO)
    db.session.commit()
    written = tmp_path / "written"
    written.mkdir()
    for path, text in SMALL.items():
        (written / path).parent.mkdir(exist_ok=True)
        (written / path).write_text(text)

    publish_shipped_courses(tmp_path)

    said = capsys.readouterr().err
    assert "unknown setting 'titel'" in said
    assert "was changed in the browser" in said
    assert "01-names/quiz.md: only in the folder" in said
    assert {course.slug for course, _ in catalogue.current_editions()} == {
        "dns-essentials",
        "written",
    }


def test_somebody_is_added_with_a_password(app: Flask) -> None:
    secret = "a lake with seven boats\n"
    done = run(
        app, "people", "add", "Ada", "ada@ngo.example", "--role", "administrator", typed=secret * 2
    )

    assert done.output.endswith("Ada <ada@ngo.example> has an account.\n")
    assert len(db.session.scalars(select(SiteRoleGrant)).all()) == 1


def test_somebody_is_added_with_a_link(app: Flask) -> None:
    run(app, "people", "add", "Ada", "ada@ngo.example", "--send-link")

    assert [mail.recipient for mail in db.session.scalars(select(OutgoingMail))] == [
        "ada@ngo.example"
    ]


def test_a_refusal_is_one_sentence(app: Flask) -> None:
    run(app, "people", "add", "Ada", "ada@ngo.example", "--send-link")
    done = run(app, "people", "add", "Ada", "ada@ngo.example", "--send-link")

    assert done.exit_code == 1
    assert done.output == "Error: Somebody with this address has an account already.\n"


def test_somebody_gets_a_role_in_a_course_once(app: Flask, small: Course) -> None:
    run(app, "people", "add", "Ada", "ada@ngo.example", "--send-link")
    for _ in range(2):
        done = run(app, "people", "grant", "ADA@ngo.example", "small", "reviewer")
        assert done.output == "Ada is reviewer of small.\n"

    grants = db.session.scalars(select(CourseRoleGrant)).all()
    assert [(one.course_id, one.role) for one in grants] == [(small.id, CourseRole.REVIEWER)]


def test_nobody_gets_no_role(app: Flask, small: Course) -> None:
    done = run(app, "people", "grant", "ada@ngo.example", "small", "trainer")

    assert done.exit_code == 1
    assert done.output == "Error: Nobody has confirmed the address ada@ngo.example.\n"


def test_keys_are_made_once_and_only_the_owner_reads_them(app: Flask) -> None:
    first = run(app, "keys", "new").output
    again = run(app, "keys", "new").output

    assert first.startswith("Made: ")
    assert again.startswith("There already: ")
    assert first.split("Fingerprint: ")[1].split()[0] in again
    assert (keys_folder() / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_preparing_twice_is_harmless(app: Flask) -> None:
    db.session.commit()
    stamp()  # the tests make the tables without the steps
    for _ in range(2):
        done = run(app, "prepare")
        assert done.exit_code == 0, done.output
        assert "amina@learn.example   password: amina learns" in done.output

    assert len(db.session.scalars(select(User)).all()) == len(demo.CAST)
    assert len(db.session.scalars(select(Membership)).all()) == 1
    teaches = select(User.name, Course.slug).select_from(CourseRoleGrant).join(User).join(Course)
    shipped = ["keeping-your-domain-name", "trainers-guide"]
    assert sorted(db.session.execute(teaches).all()) == [("Tomás Rivera", slug) for slug in shipped]
    assert [course.slug for course, _ in catalogue.current_editions()] == shipped


def test_the_cast_teaches_only_what_ships(app: Flask, small: Course) -> None:
    demo.ensure_cast()

    assert db.session.scalars(select(CourseRoleGrant)).all() == []


def test_production_has_no_demo_cast(app: Flask) -> None:
    app.config["ENVIRONMENT"] = "production"
    demo.ensure_cast()

    assert db.session.scalars(select(User)).all() == []


def test_who_lost_everything_gets_in_again(app: Flask) -> None:
    run(app, "people", "add", "Ada", "ada@ngo.example", "--send-link")
    done = run(app, "people", "reset-second-step", "ADA@ngo.example")
    assert done.output == "Ada has no second step any more, and is signed in nowhere.\n"
    done = run(app, "people", "reset-second-step", "nobody@ngo.example")
    assert "Nobody has confirmed the address nobody@ngo.example." in done.output
