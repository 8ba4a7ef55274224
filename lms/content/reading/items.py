"""The answer list of a question: what each bullet is, told by how it begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.content.source import Line, Report

BULLET = re.compile(r"^ {0,3}([-*+])[ \t]+(.*)$")
NUMBERED = re.compile(r"^ {0,3}\d{1,3}[.)][ \t]+(.*)$")
FEEDBACK = re.compile(r"(?:(?<![\\\s])|(?<=\\\s))\s++(?:>>|»»|＞＞)\s*")
CHOICE = re.compile(r"^([(（\[])\s?([xXхХ✓✔]?)\s?([)）\]])[ \t]*(.*)$")
TRUE = {
    "true",
    "vrai",
    "verdadero",
    "صحيح",
    "صح",
    "对",
    "对的",
    "正确",
    "верно",
    "правда",
    "verdadeiro",
}
FALSE = {"false", "faux", "falso", "خطأ", "خطا", "خاطئ", "错", "错的", "错误", "неверно", "ложь"}
UNKNOWN = (
    "I cannot tell what '{item}' is. Begin it with (x) or ( ) for one answer, [x] or [ ] for several, "
    "= for a typed answer, A => B for a pair, or 1. 2. 3. for an order"
)
TYPED_FEEDBACK = "all of this is the answer to type, “>>” too. If it should be explained, write “> …” below the list"


class ItemKind(StrEnum):
    """How a bullet begins."""

    ONE = "one"
    MANY = "many"
    TRUE_FALSE = "true/false"
    TYPED = "typed"
    MATCH = "match"
    ORDER = "order"
    ESSAY = "essay"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Item:
    """One bullet of an answer list. marked: it is right (of true/false: it says true)."""

    kind: ItemKind
    text: str
    line: int
    feedback: str = ""
    marked: bool = False
    left: str = ""


@dataclass(frozen=True, slots=True)
class AnswerList:
    """The last list of a question: [first, end) of its lines, and its items."""

    first: int
    end: int
    rows: tuple[tuple[str, int, bool], ...]


def find_list(lines: Sequence[Line]) -> AnswerList | None:
    """The last list outside code: rows are (text, line number, numbered)."""
    starts = [n for n, line in enumerate(lines) if not line.code and _row(line.text)]
    if not starts:
        return None
    end = starts[-1] + 1
    while end < len(lines) and _continues(lines[end]):
        end += 1
    first = starts[-1]
    for n in reversed(range(first)):
        line = lines[n]
        if (
            line.code
            or line.heading
            or not (_row(line.text) or _continues(line) or not line.text.strip())
        ):
            break
        if _row(line.text):
            first = n
    return AnswerList(first, end, tuple(_rows(lines[first:end])))


def read_items(answers: AnswerList, report: Report) -> list[Item]:
    """The bullets, each by its kind; two kinds in one list are an error."""
    items = [_item(text, line, numbered, report) for text, line, numbered in answers.rows]
    known = [item for item in items if item is not None]
    kinds = sorted({item.kind.value for item in known})
    if len(kinds) > 1:
        first = answers.rows[0][1]
        report.error(first, f"two kinds of answers in one list ({', '.join(kinds)})")
        return []
    return known


def split_feedback(text: str) -> tuple[str, str]:
    """``text >> feedback``; a backslash before the sign keeps it as text."""
    found = FEEDBACK.search(text)
    if found is None:
        return text.strip(), ""
    return text[: found.start()].strip(), text[found.end() :].strip()


def _rows(lines: Sequence[Line]) -> list[tuple[str, int, bool]]:
    """Bullets with their continuation lines joined."""
    rows: list[tuple[str, int, bool]] = []
    for line in lines:
        found = _row(line.text)
        if found:
            rows.append((found[0], line.number, found[1]))
        elif line.text.strip() and rows:
            text, number, numbered = rows[-1]
            rows[-1] = (f"{text} {line.text.strip()}", number, numbered)
    return rows


def _row(text: str) -> tuple[str, bool] | None:
    """(what stands behind the bullet, whether it is a number); None for other lines."""
    if found := BULLET.match(text):
        return found[2].strip(), False
    if found := NUMBERED.match(text):
        return found[1].strip(), True
    return None


def _continues(line: Line) -> bool:
    """An indented line belongs to the bullet above it."""
    return not line.code and line.text.startswith((" ", "\t")) and bool(line.text.strip())


def _item(text: str, line: int, numbered: bool, report: Report) -> Item | None:
    if numbered:
        words, feedback = split_feedback(text)
        return Item(ItemKind.ORDER, words, line, feedback)
    if found := CHOICE.match(text):
        kind = ItemKind.MANY if found[1] == "[" else ItemKind.ONE
        words, feedback = split_feedback(found[4])
        return Item(kind, words, line, feedback, marked=bool(found[2]))
    if text.startswith(("=>", "＝＞", "⇒")) or re.search(r"(?<!\\)\s(=>|＝＞|⇒)\s", f" {text} "):
        left, _sign, right = re.split("(=>|＝＞|⇒)", text, maxsplit=1)
        words, feedback = split_feedback(right)
        return Item(ItemKind.MATCH, words, line, feedback, left=left.strip())
    if text.startswith(("=", "＝")):
        if split_feedback(text)[1]:
            report.warning(line, TYPED_FEEDBACK)
        return Item(ItemKind.TYPED, text[1:].strip(), line)
    return _rarer(text, line, report)


def _rarer(text: str, line: int, report: Report) -> Item | None:
    if text.startswith(("__", "＿＿")):
        return Item(ItemKind.ESSAY, text.lstrip("_＿ "), line)
    if text.startswith("^^^"):
        return Item(ItemKind.UPLOAD, text[3:].strip(), line)
    words, feedback = split_feedback(text)
    if words.casefold().rstrip(".。") in TRUE | FALSE:
        marked = words.casefold().rstrip(".。") in TRUE
        return Item(ItemKind.TRUE_FALSE, words, line, feedback, marked=marked)
    report.error(line, UNKNOWN.format(item=text[:60]))
    return None
