"""A course with work for people: an assignment, and a quiz that asks for an essay beside other questions."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from lms.database import db
from lms.domain import catalogue, roles
from lms.domain.learning import attempts, papers
from lms.domain.permissions import System
from lms.models import Attempt, Course, CourseRole, User
from tests.conftest import Publish

ASSIGNMENT = (
    "---\ntitle: Assignment\nkind: assignment\npass: 60\n---\n\nRead before you write.\n\n"
    "## ? Write your comment. {#comment points=6}\n\nSay who you are.\n\n"
    "- ____ 3-8 words\n\n"
    "### Rubric\n\n- Position (0-2): it is *clear*\n- Evidence (1-5): with sources\n\n"
    "> secretexplanation\n\n"
    "## ? Hand in your slides. {#slides points=4}\n\n- ^^^ pdf, odt, txt up to 1 MB\n"
)
QUIZ = (
    "---\ntitle: Quiz\npass: 50\nshuffle: no\n---\n\n"
    "## ? Is a name a path? {#path}\n\n- true\n\n"
    "## ? Why? {#why points=3}\n\n- ____ 2-400 words\n\n> secretreason\n"
)
FILES = {
    "course.md": (
        "---\ntitle: Writing\nlanguage: en\ntranslations: fr\ncertificate: yes\n"
        "complete: all lessons, assignment reviewed\n---\n"
    ),
    "course.fr.md": "---\ntitle: Écrire\n---\n",
    "01-names/module.md": "---\ntitle: Names\n---\n",
    "01-names/assignment.md": ASSIGNMENT,
    "01-names/quiz.md": QUIZ,
}
TEXT = "We ask for lower fees now"
"""Six words."""
PDF = b"%PDF-1.7\n" + b"x" * 2000
UNDER = "/en/courses/writing"


def published(publish: Publish, **more: str) -> Course:
    """The course; ``more``: other texts for a module's files, by name."""
    publish("writing", {**FILES, **{f"01-names/{name}.md": text for name, text in more.items()}})
    return catalogue.find_course("writing")


def in_role(user: User, course: Course, role: CourseRole) -> User:
    """With this role in the course."""
    roles.give_in_course(System(), user, course, role)
    db.session.commit()
    return user


def handed_in(me: User, course: Course, lesson: str, given: Mapping[str, list[Any]]) -> Attempt:
    """Answers by question id, handed in at once."""
    attempt = attempts.start_attempt(me, course, f"names/{lesson}")
    responses = {
        q.position: given[q.text.id] for q in papers.paper_of(attempt) if q.text.id in given
    }
    attempts.submit_attempt(me, attempt, counter=attempt.counter + 1, responses=responses)
    db.session.commit()
    return attempt


def uploaded(name: str = "slides.pdf", digest: str = "0" * 64) -> dict[str, Any]:
    """A file as an answer holds it."""
    return {"digest": digest, "name": name, "size": len(PDF), "type": "application/pdf"}


def work(comment: str = TEXT) -> dict[str, list[Any]]:
    """Both answers of the assignment."""
    return {"comment": [comment], "slides": [uploaded()]}


def zipped(**entries: bytes | str) -> bytes:
    """A ZIP file with these entries."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()
