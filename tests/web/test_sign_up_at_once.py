"""Two processes hammer one sign-up form."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import select

from lms import create_app
from lms.database import db
from lms.models import MailLink, OutgoingMail, SignIn, User
from tests.conftest import settings
from tests.test_settings import ROOT

THREADS = 3
GIVEN = {
    "name": "Amina",
    "email": "amina@ngo.example",
    "password": "seven green boats",
    "key": "one-page-makes-one-account",
}


def test_two_processes_hammering_one_form_end_in_one_account(app: Flask, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; from tests.web.test_sign_up_at_once import hammer; hammer(*sys.argv[1:])",
        str(tmp_path),
        str(app.config["DATABASE_URL"]),
    ]
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(2)
    ]
    for process in running:
        assert process.stdout is not None
        assert "ready\n" in iter(process.stdout.readline, "")
    answers = [process.communicate("go\n")[0].split() for process in running]
    assert answers == [["303"] * THREADS] * 2
    assert len(db.session.scalars(select(User)).all()) == 1
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1
    assert len(db.session.scalars(select(MailLink)).all()) == 1
    assert len(db.session.scalars(select(SignIn)).all()) == 2 * THREADS


def hammer(folder: str, database_url: str) -> None:
    """What each process does: wait for the word, then send the form from all threads at once."""
    app = create_app(settings(Path(folder), database_url))
    together = Barrier(THREADS)
    answers: list[int] = []

    def send() -> None:
        browser = app.test_client()
        together.wait()
        response = browser.post(
            "/en/sign-up", data=GIVEN, headers={"Sec-Fetch-Site": "same-origin"}
        )
        answers.append(response.status_code)

    threads = [Thread(target=send) for _ in range(THREADS)]
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*answers)  # noqa: T201
