"""The check of a course: everything that is wrong, where, and what to write instead."""

from collections.abc import Iterator

from lms.content.links import check_links
from lms.content.markdown import fault_of
from lms.content.outline import CourseText
from lms.content.questions import QuestionText
from lms.content.reading import course
from lms.content.references import check_references
from lms.content.source import Line, Problem, Severity, read_source, text_of
from lms.content.tree import CourseTree
from lms.content.understanding import facts

__all__ = ["Problem", "Severity", "check_tree", "describe", "read_course", "understood"]


def read_course(tree: CourseTree) -> tuple[CourseText | None, tuple[Problem, ...]]:
    """What the tree means, and all problems; None only when there is no course.md."""
    text, problems = course.read(tree)
    if text is None:
        return None, problems
    found = {*problems, *check_references(tree, text), *check_links(tree), *_check_texts(tree)}
    return text, tuple(sorted(found))


def check_tree(tree: CourseTree) -> tuple[Problem, ...]:
    """All problems, by file and line."""
    return read_course(tree)[1]


def _check_texts(tree: CourseTree) -> Iterator[Problem]:
    """What no page would show: its author is told here, before a learner meets it."""
    for path in tree.paths:
        if path.endswith(".md"):
            for block in _blocks(read_source(path, tree[path]).lines):
                if fault := fault_of(text_of(block)):
                    yield Problem(path, block[0].number, Severity.ERROR, fault)


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines from each heading to the next."""
    block: list[Line] = []
    for line in lines:
        if line.heading and block:
            yield block
            block = []
        block.append(line)
    yield block


def understood(text: CourseText) -> tuple[Problem, ...]:
    """A note for each question: what the check understood."""
    return tuple(
        Problem(
            question.path, question.line, Severity.NOTE, f"#{question.id}: {describe(question)}"
        )
        for lesson in text.lessons
        for question in lesson.questions
    )


def describe(question: QuestionText) -> str:
    """A question in words, such as "one right answer, 3 options, feedback on 2"."""
    return ", ".join(map(str, facts(question)))
