"""A question that was filled into a form, as Markdown in our format."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from lms.content.fix import new_id
from lms.content.questions import QuestionKind, QuestionText
from lms.content.reading import course
from lms.content.source import Heading, Severity
from lms.content.tree import CourseTree
from lms.content.values import ranges_of


@dataclass(frozen=True, slots=True)
class Row:
    """One option, pair, or step. left: what stands before =>, "" for a distractor."""

    text: str
    feedback: str = ""
    right: bool = False
    left: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form says of a question; each kind uses what it needs.

    text: what stands below the question, with [[blanks]] in a cloze. accepted: typed answers or numbers;
    around: how far a number may be away. length: of an essay in words, "150-400". rubric: its lines.
    endings and megabytes: of a file.
    """

    kind: QuestionKind
    prompt: str
    text: str = ""
    rows: Sequence[Row] = ()
    accepted: Sequence[str] = ()
    around: str = ""
    minds_case: bool = False
    length: str = ""
    rubric: Sequence[str] = ()
    endings: str = ""
    megabytes: str = ""
    points: int = 1
    hint: str = ""
    explanation: str = ""


def written(wish: Wish, taken: Collection[str] = ()) -> str:
    """The question as Markdown, with an id that is not taken."""
    parts = [
        _head(wish, taken),
        wish.text.strip("\n"),
        "\n".join(ANSWERS[wish.kind](wish)),
        _quoted(wish.hint, "> ? "),
        _quoted(wish.explanation, "> "),
        _rubric(wish),
    ]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def fault_of(wish: Wish, *, graded: bool = True) -> str:
    """What the check says to it, or that it would read something else; "" when it is as meant."""
    kind = "quiz" if graded else "survey"
    lesson = f"---\ntitle: One question\nkind: {kind}\n---\n\n{written(wish)}"
    files = {"course.md": "---\ntitle: C\nlanguage: en\n---\n", "m/q.md": lesson}
    text, problems = course.read(CourseTree.of({path: s.encode() for path, s in files.items()}))
    for problem in problems:
        if problem.severity is Severity.ERROR:
            return problem.message
    questions = [question for one in text.lessons for question in one.questions] if text else []
    if len(questions) != 1 or not _is_meant(wish, questions[0]):
        return "the signs in it would be read as something else. Write it into the text yourself"
    return ""


def _is_meant(wish: Wish, read: QuestionText) -> bool:
    words = read.words[read.language]
    found = [(_unescaped(one.text), _unescaped(one.feedback)) for one in words.options]
    wanted = [(_line(row.text), _line(row.feedback)) for row in _ordered(wish)]
    return read.kind is wish.kind and (wish.kind not in ROWS or found == wanted)


def _ordered(wish: Wish) -> list[Row]:
    """Distractors are read last."""
    rows = [row for row in wish.rows if row.text.strip()]
    return sorted(rows, key=lambda row: not row.left) if wish.kind is QuestionKind.MATCH else rows


def _head(wish: Wish, taken: Collection[str]) -> str:
    title = f"? {_line(wish.prompt)}"
    words = [f"#{new_id(Heading(2, title, '', {}, 1), set(taken))}"]
    words += [f"points={wish.points}"] if wish.points != 1 else []
    words += ["case=yes"] if wish.minds_case and wish.kind is QuestionKind.TEXT else []
    words += ["text=yes"] if wish.kind is QuestionKind.TEXT and _look_like_numbers(wish) else []
    return f"## {title} {{{' '.join(words)}}}"


def _look_like_numbers(wish: Wish) -> bool:
    return all(ranges_of(one) for one in wish.accepted)


def _line(text: str) -> str:
    return " ".join(text.split())


def _said(row: Row) -> str:
    """Its words, and the feedback behind them."""
    words = re.sub(r"(^|\s)>>", r"\1\\>>", _line(row.text))
    return f"{words} >> {_line(row.feedback)}" if row.feedback.strip() else words


def _unescaped(text: str) -> str:
    return text.replace("\\>>", ">>")


def _quoted(text: str, mark: str) -> str:
    """In one line for a hint: each line would be one."""
    rows = [_line(text)] if "?" in mark else text.strip().split("\n")
    return "\n".join(f"{mark}{row}".rstrip() for row in rows) if text.strip() else ""


def _rubric(wish: Wish) -> str:
    lines = [f"- {_line(row).lstrip('-*+ ')}" for row in wish.rubric if row.strip()]
    return "\n".join(["### Rubric", "", *lines]) if lines and wish.kind in BY_HAND else ""


def _chosen(before: str, after: str) -> Callable[[Wish], list[str]]:
    return lambda wish: [
        f"- {before}{'x' if row.right else ' '}{after} {_said(row)}" for row in _ordered(wish)
    ]


def _true_false(wish: Wish) -> list[str]:
    """The first row says which is right, and what is said to it."""
    row = wish.rows[0] if wish.rows else Row("")
    return [f"- {_said(Row('true' if row.right else 'false', row.feedback))}"]


def _typed(wish: Wish) -> list[str]:
    return [f"- = {_line(one)}" for one in wish.accepted if one.strip()]


def _number(wish: Wish) -> list[str]:
    around = f" ± {_line(wish.around)}" if wish.around.strip() else ""
    return [f"{row}{around}" for row in _typed(wish)]


def _pairs(wish: Wish) -> list[str]:
    return [
        f"- {_line(row.left)} => {_said(row)}".replace("-  =>", "- =>") for row in _ordered(wish)
    ]


def _steps(wish: Wish) -> list[str]:
    return [f"{n}. {_said(row)}" for n, row in enumerate(_ordered(wish), 1)]


def _upload(wish: Wish) -> list[str]:
    return [f"- ^^^ {_line(wish.endings)} up to {_line(wish.megabytes)} MB"]


ANSWERS: Mapping[QuestionKind, Callable[[Wish], list[str]]] = {
    QuestionKind.ONE: _chosen("(", ")"),
    QuestionKind.MANY: _chosen("[", "]"),
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.TEXT: _typed,
    QuestionKind.NUMBER: _number,
    QuestionKind.MATCH: _pairs,
    QuestionKind.ORDER: _steps,
    QuestionKind.CLOZE: lambda _wish: [],
    QuestionKind.ESSAY: lambda wish: [
        f"- ____ {_line(wish.length)} words" if wish.length.strip() else "- ____"
    ],
    QuestionKind.UPLOAD: _upload,
}
"""How the answers of each kind are written."""
ROWS = frozenset({QuestionKind.ONE, QuestionKind.MANY, QuestionKind.MATCH, QuestionKind.ORDER})
BY_HAND = frozenset({QuestionKind.ESSAY, QuestionKind.UPLOAD})
