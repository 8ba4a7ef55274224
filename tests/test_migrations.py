"""The steps of the database lead from nothing to the models, and each can be taken back."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from lms import create_app
from lms.database import db, steps
from lms.models import Base
from lms.models.search import NOT_OURS, WORDS
from tests import postgres
from tests.conftest import dispose, settings
from tests.steps import downgrade, upgrade

FOLDER = Path(__file__).parent.parent / "migrations"
STEPS = [step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


EDITION_OF_BEFORE = """
    INSERT INTO edition
    (id, course_id, number, digest, format_version, origin, published_at, published_by, note)
    VALUES (1, 1, 1, 'd', 1, 'imported', '2026-01-01', 'system', '')
"""


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """The application on a database without tables."""
    url = postgres.new_database() if postgres.wanted() else f"sqlite:///{tmp_path}/empty.sqlite"
    return create_app(settings(tmp_path, url))


def test_their_files_are_numbered_as_they_follow_each_other() -> None:
    assert list(steps()) == STEPS


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
        upgrade()

        assert differences() == []
        dispose()


def test_the_table_of_words_is_the_one_that_the_tests_use(app: Flask, empty: Flask) -> None:
    used = full_text()
    with empty.app_context():
        upgrade()

        assert full_text() == used
        dispose()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_can_be_taken_back_and_again(empty: Flask, step: str) -> None:
    with empty.app_context():
        upgrade(step)
        before = set(inspect(db.engine).get_table_names())
        downgrade("-1")
        upgrade(step)

        assert set(inspect(db.engine).get_table_names()) == before
        dispose()


def test_editions_from_before_learn_which_lessons_they_meant(empty: Flask) -> None:
    """A lesson is found by its path; who has a name now wins over who had it before."""
    with empty.app_context():
        upgrade("0001")
        with db.engine.begin() as connection:
            for statement in (
                "INSERT INTO course (id, slug, created_at) VALUES (1, 'c', '2026-01-01')",
                "INSERT INTO lesson (id, course_id, slug) VALUES (1, 1, 'm/new'), (2, 1, 'm/a'), (3, 1, 'm/b')",
                "INSERT INTO lesson_alias (id, course_id, slug, lesson_id) VALUES (1, 1, 'm/old', 1), (2, 1, 'm/b', 1)",
                "INSERT INTO blob (digest, size) VALUES ('d', 1)",
                EDITION_OF_BEFORE,
            ):
                connection.execute(text(statement))
            for path in (
                *("course.md", "01-m/module.md", "01-m/01-old.md", "01-m/01-old.pt-BR.md"),
                *("01-m/02_a.md", "01-m/b.md", "01-m/img/a.md", "01-m/gone.md", "01-m/a.svg"),
            ):
                row = {"path": path}
                insert = (
                    "INSERT INTO edition_file (edition_id, path, digest) VALUES (1, :path, 'd')"
                )
                connection.execute(text(insert), row)
        upgrade()

        with db.engine.connect() as connection:
            rows = connection.execute(
                text("SELECT edition_id, lesson_id, slug FROM edition_lesson ORDER BY slug")
            ).all()
            known = connection.execute(text("SELECT rechecked_to, has_due FROM edition")).one()
        assert [tuple(row) for row in rows] == [(1, 2, "m/a"), (1, 3, "m/b"), (1, 1, "m/old")]
        assert (known[0], bool(known[1])) == (0, True)
        downgrade("0001")
        dispose()


PEOPLE_OF_BEFORE = (
    """INSERT INTO "user" (id, public_id, name, email, email_key, created_at, language, time_zone)
    VALUES (1, 'p', 'Amina', 'a@ngo.example', 'a@ngo.example', '2026-01-01', 'en', 'UTC')""",
    "INSERT INTO course (id, slug, created_at) VALUES (1, 'c', '2026-01-01')",
    "INSERT INTO lesson (id, course_id, slug) VALUES (1, 1, 'm/quiz')",
    EDITION_OF_BEFORE,
    "INSERT INTO enrolment (id, user_id, course_id, started_at) VALUES (1, 1, 1, '2026-01-01')",
    """INSERT INTO attempt (id, user_id, lesson_id, edition_id, number, paper, started_at, counter)
    VALUES (1, 1, 1, 1, 1, '[]', '2026-01-01', 3)""",
    """INSERT INTO answer (attempt_id, position, question, kind, response, saved_at)
    VALUES (1, 0, 'm/quiz#q', 'one', '[0]', '2026-01-01')""",
    *(
        f"""INSERT INTO certificate (id, number, salt, holder_id, course_id, period, holder_name,
        course_slug, course_title, language, hours, title, statement, signatories, partners, issuer,
        edition_number, edition_digest, earned_at, issued_at, template_version)
        VALUES ({n}, 'N{n}', 's', 1, {n}, 1, 'Amina', 'c', 'C', 'en', '1', 'T', 'S', '[]', '[]', 'I',
        1, 'd', '2026-01-01', '2026-01-01', 1)"""  # noqa: S608 (numbers)
        for n in (1, 2)
    ),
    """INSERT INTO revocation (certificate_id, kind, at, "by", reason)
    VALUES (1, 'withdrawn', '2026-01-01', 'p', '')""",
)
CERTIFICATES_OF_TODAY = (
    """INSERT INTO revocation (certificate_id, kind, at, "by", reason, successor)
    VALUES (2, 'superseded', '2026-01-01', 'p', '', 'N3')""",
    *(
        f"""INSERT INTO certificate (id, number, salt, holder_id, {about}, period, version, award,
        holder_name, course_slug, course_title, language, hours, title, statement, signatories,
        partners, issuer, edition_number, edition_digest, earned_at, issued_at, template_version)
        VALUES ({n}, 'N{n}', 's', 1, 2, 1, 2, 'completion', 'Amina', 'c', 'C', 'en', '1', 'T', 'S',
        '[]', '[]', 'I', 1, 'd', '2026-01-01', '2026-01-01', 1)"""  # noqa: S608 (numbers)
        for n, about in ((3, "course_id"), (4, "path_id"))
    ),
)


def test_what_people_did_goes_with_every_step_and_back(empty: Flask) -> None:
    """On SQLite, making a table anew would take with it all that refers to its rows."""
    with empty.app_context():
        upgrade("0001")
        with db.engine.begin() as connection:
            for statement in PEOPLE_OF_BEFORE:
                connection.execute(text(statement))
        upgrade()
        with db.engine.begin() as connection:
            for statement in CERTIFICATES_OF_TODAY:
                connection.execute(text(statement))
        downgrade("0001")

        with db.engine.connect() as connection:
            held = connection.scalars(text("SELECT number FROM certificate ORDER BY id")).all()
            ended = connection.scalars(text("SELECT certificate_id FROM revocation")).all()
            found = connection.execute(
                text("SELECT counter, question FROM attempt JOIN answer ON attempt_id = attempt.id")
            ).all()
        assert [tuple(row) for row in found] == [(3, "m/quiz#q")]
        assert (held, ended) == (["N1", "N3"], [1])  # diplomas and earlier names are new
        dispose()
