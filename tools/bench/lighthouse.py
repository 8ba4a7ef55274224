"""`make lighthouse`: what Lighthouse says about home, course, lesson and a quiz's start page, on a phone."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tools.bench import crowd
from tools.bench.pace import CHROMIUM
from tools.bench.pages import COURSE, LESSON, QUIZ
from tools.bench.servers import OURS, running

FOLDER = crowd.ROOT / "tmp" / "lighthouse"
PACKAGE = "lighthouse@12.8"
PAGES = {"home": "/en/", "course": COURSE, "lesson": LESSON, "quiz": QUIZ}


def main() -> None:
    """Fetch it once, then ask; prints the four figures of each page and what is below 1."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        subprocess.run(["npm", "install", "--prefix", FOLDER, PACKAGE], check=True)
    instance = FOLDER / "instance"
    subprocess.run(["rm", "-rf", instance], check=True)
    instance.mkdir()
    with running(crowd.made(instance, 10), OURS) as server:
        for name, path in PAGES.items():
            report = _report(program, f"http://127.0.0.1:{server.port}{path}", FOLDER / name)
            scores = {one: part["score"] for one, part in report["categories"].items()}
            print(name, {one: round(100 * (score or 0)) for one, score in scores.items()})
            for audit in report["audits"].values():
                counts = audit["scoreDisplayMode"] in {"binary", "metricSavings", "numeric"}
                if counts and audit["score"] is not None and audit["score"] < 1:
                    print(f"  {audit['score']}: {audit['title']} {audit.get('displayValue', '')}")


def _report(program: Path, address: str, output: Path) -> Any:
    """What it found, as JSON."""
    file = output.with_suffix(".json")
    subprocess.run(
        [
            program,
            address,
            "--quiet",
            "--output=json",
            f"--output-path={file}",
            "--chrome-flags=--headless --no-sandbox",
        ],
        env={**os.environ, "CHROME_PATH": CHROMIUM},
        check=True,
    )
    return json.loads(file.read_text("utf-8"))


if __name__ == "__main__":
    main()
