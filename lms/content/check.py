"""The check of a course: everything that is wrong, where, and what to write instead."""

from collections.abc import Iterator

from lms.content.links import check_links
from lms.content.markdown import fault_of
from lms.content.outline import CourseText
from lms.content.questions import QuestionKind, QuestionText
from lms.content.reading import course
from lms.content.references import check_references
from lms.content.source import Line, Problem, Severity, read_source, text_of
from lms.content.tree import CourseTree

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
    words = question.words[question.language]
    size = len(words.options)
    match question.kind:
        case QuestionKind.ONE | QuestionKind.MANY:
            told = [_choice(question), f"{size} options"]
        case QuestionKind.TRUE_FALSE:
            told = [f"true or false, {'true' if 0 in question.right else 'false'} is right"]
        case QuestionKind.TEXT:
            told = [f"typed text, {len(question.accepted)} accepted"]
        case QuestionKind.NUMBER:
            told = ["a number"]
        case QuestionKind.MATCH:
            told = [f"{len(words.items)} pairs, {size - len(words.items)} distractors"]
        case QuestionKind.ORDER:
            told = [f"{size} steps to put in order"]
        case QuestionKind.CLOZE:
            told = [f"{len(question.blanks)} blanks"]
        case QuestionKind.ESSAY | QuestionKind.UPLOAD:
            told = [f"an {question.kind.value} for a person to mark"]
        case _:
            told = [f"a lab ({question.kind.value})"]
    fed = sum(bool(option.feedback) for option in words.options)
    return ", ".join([*told, *([f"feedback on {fed}"] if fed else [])])


def _choice(question: QuestionText) -> str:
    right = len(question.right)
    if not question.graded:
        return "no right answer"
    if question.kind is QuestionKind.MANY:
        return f"{right} right answers to tick"
    return "one right answer" if right == 1 else f"any of {right} right answers"
