"""The check of a course: everything that is wrong, where, and what to write instead."""

from lms.content.outline import CourseText
from lms.content.questions import QuestionKind, QuestionText
from lms.content.reading import course
from lms.content.references import check_references
from lms.content.source import Problem, Severity
from lms.content.tree import CourseTree

__all__ = ["Problem", "Severity", "check_tree", "describe", "read_course", "understood"]


def read_course(tree: CourseTree) -> tuple[CourseText | None, tuple[Problem, ...]]:
    """What the tree means, and all problems; None only when there is no course.md."""
    text, problems = course.read(tree)
    if text is None:
        return None, problems
    return text, tuple(sorted({*problems, *check_references(tree, text)}))


def check_tree(tree: CourseTree) -> tuple[Problem, ...]:
    """All problems, by file and line."""
    return read_course(tree)[1]


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
