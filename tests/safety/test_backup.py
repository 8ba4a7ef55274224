"""A backup while people save and hand in: it holds one moment, with all that was acknowledged before."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lms.backup.archive import Reader, opened
from tests.safety.installation import CHAOS, QUESTIONS, ROOT, Installation, installation
from tests.safety.test_kill import Learner, until

pytestmark = [pytest.mark.once, pytest.mark.timeout(600)]
BACKUPS = 20 if CHAOS else 1
CLIENTS = 10 if CHAOS else 2


def test_each_backup_holds_one_moment(tmp_path: Path) -> None:
    done = threading.Event()
    with installation(tmp_path, people=CLIENTS) as here:
        learners = [Learner(here, here.client(n), done) for n in range(CLIENTS)]
        threads = [threading.Thread(target=one.run) for one in learners]
        for thread in threads:
            thread.start()
        try:
            for number in range(BACKUPS):
                before = sum(one.acknowledged for one in learners)
                until(lambda: sum(one.acknowledged for one in learners) > before, 60)  # noqa: B023
                acknowledged = {
                    attempt: given for one in learners for attempt, given in [*one.kept.items()]
                }
                with opened(backed_up(here, tmp_path / f"{number}")) as archive:
                    check(archive, acknowledged)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        assert [one.error for one in learners] == [""] * CLIENTS


def backed_up(here: Installation, folder: Path) -> Path:
    """`lms backup` in a process of its own, beside the server."""
    command = [sys.executable, "-m", "lms.cli", "backup", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=here.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (path,) = folder.iterdir()
    return path


def check(archive: Reader, acknowledged: dict[int, list[str]]) -> None:
    """What is written together is there together; what was acknowledged is there, or newer."""
    rows = {
        table.shape.name: [
            dict(zip(table.shape.columns, json.loads(line), strict=True))
            for line in archive.lines(table)
        ]
        for table in archive.manifest.tables
    }
    attempts = {row["id"]: row for row in rows["attempt"]}
    handed_in = {number for number, row in attempts.items() if row["submitted_at"]}
    for verb, those in (("attempted", {*attempts}), ("submitted", handed_in)):
        said = [row["object"] for row in rows["event"] if row["verb"] == verb]
        assert sorted(said) == sorted(f"attempt:{number}" for number in those)
    answers: dict[int, list[str]] = {}
    for row in rows["answer"]:
        answers.setdefault(row["attempt_id"], []).extend(json.loads(row["response"]))
    for attempt, given in acknowledged.items():
        assert len(answers[attempt]) == len(QUESTIONS)
        if attempt not in handed_in:
            (save,) = {text.rpartition(" ")[2] for text in answers[attempt]}  # all of one save
            assert int(save) >= int(given[0].rpartition(" ")[2])  # what was handed in has no number
