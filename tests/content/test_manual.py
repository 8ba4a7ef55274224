"""The manual for trainers: all its examples together are a course without an error."""

import re
from pathlib import Path

import pytest

from lms.content.check import read_course
from lms.content.paths import read_path
from lms.content.questions import QuestionKind
from lms.content.reading import settings
from lms.content.tree import CourseTree

pytestmark = pytest.mark.once

MANUAL = (Path(__file__).parent.parent.parent / "courses" / "README.md").read_text("utf-8")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def examples() -> dict[str, bytes]:
    """Path → what stands in the manual below its name."""
    found = re.findall(r"<!-- (\S+) -->\n```markdown\n(.*?)```", MANUAL, re.DOTALL)
    return {path: text.encode() for path, text in found}


def test_every_example_is_named() -> None:
    assert len(examples()) == MANUAL.count("```markdown") == 11


def test_the_examples_are_a_course_without_an_error() -> None:
    files = {path: text for path, text in examples().items() if not path.startswith("paths/")}
    files["01-first-module/img/tree.svg"] = SVG
    text, problems = read_course(CourseTree.of(files))

    assert [str(problem) for problem in problems] == []
    assert text is not None
    kinds = {question.kind for lesson in text.lessons for question in lesson.questions}
    labs = {QuestionKind.ZONE, QuestionKind.WALK, QuestionKind.CHAIN}
    assert kinds == set(QuestionKind) - labs


def test_the_example_of_a_path_has_no_error() -> None:
    text = examples()["paths/a-name-and-a-voice.md"]
    tree = CourseTree.of({"a-name-and-a-voice.md": text})
    said, problems = read_path("a-name-and-a-voice", tree, ["my-course", "dns-essentials"])

    assert problems == ()
    assert said is not None
    assert said.courses == ("my-course", "dns-essentials")


def test_every_setting_is_explained() -> None:
    known = (
        settings.COURSE
        | settings.MODULE
        | settings.CERTIFICATE
        | settings.LESSON
        | settings.GRADED
        | settings.EXAM
        | settings.PATH
    )
    explained = set(re.findall(r"`(\w+)`", MANUAL.split("| setting |")[1].split("## A lesson")[0]))
    assert known - explained == set()
