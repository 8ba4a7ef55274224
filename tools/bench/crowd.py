"""An installation with as many learners as are wanted, made in seconds: the rows are made by SQLite.

For each learner ten lessons done and five attempts handed in, as the journal would have it; a
sign-in for each, a certificate for every tenth.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import config
from lms import create_app
from lms.content.tree import CourseTree
from lms.database import begin_writing, db
from lms.domain import catalogue, numbers, publishing, tokens
from lms.domain.permissions import System
from lms.models import Edition, Origin
from tools.bench import cohort, course

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST = 1000
"""The id of the first learner."""
DONE, TRIED = 10, 5
"""Lessons done and attempts handed in by each learner."""
QUESTIONS = 10
YESTERDAY = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-1 day')"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with its database, and how many learners are in it."""

    folder: Path
    learners: int

    def environment(self, port: int) -> dict[str, str]:
        """What `lms serve` reads: as in production, with two web workers."""
        return {
            **os.environ,
            "ENVIRONMENT": "production",
            "SECRET_KEY": "only the bench knows this secret, and it guards nothing",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "INSTANCE_FOLDER": str(self.folder),
            "DATABASE_URL": "",
            "FILES_URL": "",
            "REDIS_URL": "",
            "MAIL_URL": "smtp://127.0.0.1:9",
            "WEB_WORKERS": "2",
            "LOG_LEVEL": "warning",
        }


def token_of(learner: int) -> str:
    """What this learner's browser holds; learners are counted from 0."""
    return f"browser-of-learner-{learner}"


def attempt_of(learner: int) -> int:
    """The id of an attempt that this learner handed in."""
    return learner * TRIED + 1


def certificate_of(learner: int) -> str:
    """The number of this learner's certificate; every tenth has one."""
    body = f"{learner:011}"
    return body + numbers.check(body)


def made(folder: Path, learners: int) -> Installation:
    """The installation of a new database."""
    installation = Installation(folder, learners)
    environment = installation.environment(8000)
    subprocess.run(
        [sys.executable, "-m", "lms.cli", "prepare"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    app = create_app(config.from_environment(environment))
    with app.app_context():
        facts = _published()
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(folder / "learn.sqlite", isolation_level=None)) as database:
        Rows(database, facts).add(learners)
    return installation


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows of learners refer to."""

    course: int
    edition: int
    digest: str
    lessons: list[int]
    quizzes: list[int]


def _published() -> Facts:
    """Publish the course."""
    begin_writing()
    files = {path: text.encode() for path, text in course.files().items()}
    edition = publishing.publish_tree(
        System(), course.SLUG, CourseTree.of(files), origin=Origin.IMPORTED
    )
    for one in db.session.query(Edition):
        one.rechecked_at = one.published_at  # else the worker looks at every learner first
    db.session.commit()
    found = catalogue.find_course(course.SLUG)
    ids = {slug: catalogue.find_lesson(found, slug).id for slug in course.lessons()}
    quizzes = [number for slug, number in ids.items() if slug.endswith("/quiz")]
    return Facts(found.id, edition.id, edition.digest, list(ids.values()), quizzes)


class Rows:
    """Fills the tables by statements that make thousands of rows each."""

    def __init__(self, database: sqlite3.Connection, facts: Facts) -> None:
        self._database, self._facts = database, facts

    def add(self, learners: int) -> None:
        """These learners with all they did."""
        database = self._database
        database.create_function("digest", 1, lambda n: tokens.digest(token_of(n)))
        database.create_function("number", 1, certificate_of)
        database.create_function("paper", 1, paper)
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.execute("CREATE TEMP TABLE learner (n INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO learner VALUES (?)", ((n,) for n in range(learners)))
        self._lessons()
        self._people()
        self._deeds()
        self._records()
        cohort.add(self._fill, FIRST, self._facts.course, YESTERDAY, database.execute)
        database.execute("COMMIT")

    def _lessons(self) -> None:
        """The lessons by their place, and the quizzes with their papers."""
        make = "CREATE TEMP TABLE {} (place INTEGER PRIMARY KEY, id INTEGER, paper TEXT)"
        for table in ("place", "quiz"):
            self._database.execute(make.format(table))
        self._database.executemany(
            "INSERT INTO place VALUES (?, ?, NULL)", enumerate(self._facts.lessons)
        )
        self._database.executemany(
            "INSERT INTO quiz VALUES (?, ?, paper(?))",
            ((place, one, place) for place, one in enumerate(self._facts.quizzes)),
        )

    def _people(self) -> None:
        user = {
            "id": f"{FIRST} + n",
            "public_id": "'learner-' || n",
            "name": "'Learner ' || n",
            "email": "'learner-' || n || '@ngo.example'",
            "email_key": "'learner-' || n || '@ngo.example'",
            "created_at": YESTERDAY,
            "confirmed_at": YESTERDAY,
            "language": "'en'",
            "time_zone": "'UTC'",
        }
        self._fill("user", user)
        sign_in = {
            "user_id": f"{FIRST} + n",
            "token_digest": "digest(n)",
            "created_at": YESTERDAY,
            "seen_at": YESTERDAY,
            "second_step": "'code-app'",
        }
        self._fill("sign_in", sign_in)
        mine = {"user_id": f"{FIRST} + n", "course_id": str(self._facts.course)}
        self._fill("enrolment", {**mine, "started_at": YESTERDAY})

    def _deeds(self) -> None:
        """Ten lessons one after the other, from another place for each; one attempt at each quiz."""
        edition = str(self._facts.edition)
        completion = {
            "user_id": f"{FIRST} + n",
            "lesson_id": "place.id",
            "edition_id": edition,
            "at": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (1 + n % 50) || ' days')",
        }
        many = len(self._facts.lessons)
        some = f"place ON (place.place + {many} - n % {many}) % {many} < {DONE}"
        self._fill("completion", completion, some)
        attempt = {
            "id": f"n * {TRIED} + place + 1",
            "user_id": f"{FIRST} + n",
            "lesson_id": "quiz.id",
            "edition_id": edition,
            "number": "1",
            "paper": "quiz.paper",
            "started_at": YESTERDAY,
            "submitted_at": YESTERDAY,
            "counter": "1",
            "score": "0.5",
            "percent": "50",
            "earned": "5.0",
            "possible": str(QUESTIONS),
            "passed": "0",
        }
        self._fill("attempt", attempt, "quiz")

    def _records(self) -> None:
        """The answers of one attempt each, the journal, the mails that were sent, certificates."""
        answer = {
            "attempt_id": f"n * {TRIED} + 1",
            "position": "place",
            "question": "'module-1/quiz#keeps-' || (place + 1)",
            "kind": "'one'",
            "response": "'[0]'",
            "saved_at": YESTERDAY,
            "share": "1.0",
        }
        self._fill("answer", answer, f"place ON place < {QUESTIONS}")
        for verb, table in (("completed", "completion"), ("submitted", "attempt")):
            event = {
                "at": YESTERDAY,
                "actor": "'learner-' || n",
                "verb": f"'{verb}'",
                "object": "'lesson:' || lesson_id",
                "course_id": str(self._facts.course),
                "details": "'{}'",
            }
            self._fill("event", event, f"{table} ON {table}.user_id = {FIRST} + n")
        mail = {
            "kind": "'confirm'",
            "recipient": "'learner-' || n || '@ngo.example'",
            "language": "'en'",
            "facts": "'{}'",
            "message_id": "'mail-' || n",
            "created_at": YESTERDAY,
            "next_try_at": YESTERDAY,
            "sent_at": YESTERDAY,
            "tries": "1",
        }
        self._fill("outgoing_mail", mail)
        self._certificates()

    def _certificates(self) -> None:
        certificate = {
            "number": "number(n)",
            "salt": "'salt'",
            "holder_id": f"{FIRST} + n",
            "holder_name": "'Learner ' || n",
            "course_id": str(self._facts.course),
            "course_slug": f"'{course.SLUG}'",
            "course_title": "'A course to measure'",
            "period": "1",
            "language": "'en'",
            "hours": "'8'",
            "title": "'Certificate of completion'",
            "statement": "'has completed the course'",
            "signatories": "'[]'",
            "partners": "'[]'",
            "issuer": "'NPOC'",
            "edition_number": "1",
            "edition_digest": f"'{self._facts.digest}'",
            "earned_at": YESTERDAY,
            "issued_at": YESTERDAY,
            "template_version": "1",
            "pdf_digest": "'made long ago'",
        }
        self._fill("certificate", certificate, "(SELECT 1) ON n % 10 = 0")

    def _fill(self, table: str, row: Mapping[str, str], join: str = "(SELECT 1)") -> None:
        """One row for each learner and row of ``join``; what is not said and needed is empty."""
        full = {**self._needed(table), **row}
        names, values = ", ".join(f'"{name}"' for name in full), ", ".join(full.values())
        self._database.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM learner JOIN {join}'  # noqa: S608
        )

    def _needed(self, table: str) -> dict[str, str]:
        """Columns that must have a value, with one that says nothing."""
        columns = self._database.execute(f'PRAGMA table_info("{table}")')
        return {
            name: "0" if kind in {"INTEGER", "FLOAT", "BOOLEAN"} else "''"
            for _place, name, kind, needed, default, key in columns
            if needed and default is None and not key
        }


def paper(quiz: int) -> str:
    """The questions of a quiz as an attempt keeps them; quizzes are counted from 0."""
    questions = range(1, QUESTIONS + 1)
    home = f"module-{quiz + 1}/quiz"
    return json.dumps(
        [{"lesson": home, "id": f"keeps-{n}", "order": [2, 0, 3, 1]} for n in questions]
    )
