"""The courses that ship: nothing in them is wrong, and the manual uses every type of question."""

from pathlib import Path

import pytest

from lms.content.archive import from_folder
from lms.content.check import read_course
from lms.content.outline import LessonKind
from lms.content.questions import QuestionKind

COURSES = Path(__file__).parent.parent.parent / "courses"
SHIPPED = sorted(one.parent for one in COURSES.glob("*/course.md"))
LABS = {QuestionKind.ZONE, QuestionKind.WALK, QuestionKind.CHAIN}
"""Nobody can answer them yet."""


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_course_that_ships_is_without_fault(folder: Path) -> None:
    text, problems = read_course(from_folder(folder))
    assert text is not None
    assert [str(one) for one in problems] == []


def test_the_manual_uses_every_type_of_question() -> None:
    text, _problems = read_course(from_folder(COURSES / "trainers-guide"))
    assert text is not None
    asked = {question.kind for lesson in text.lessons for question in lesson.questions}
    assert asked == set(QuestionKind) - LABS
    kinds = {lesson.kind for lesson in text.lessons}
    assert kinds == set(LessonKind) - {LessonKind.LAB, LessonKind.ATTENDANCE}
    assert any(pool.draw for lesson in text.lessons for pool in lesson.pools)
