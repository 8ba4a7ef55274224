"""One Markdown file: the settings at its top, and its body in lines, each with its position."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "„": "“", "”": "”"}
ATTRIBUTES = re.compile(r"(?<!\s)\s*+\{([^{}]*)\}\s*+$")
"""No pattern may try a long run of spaces from each of its places: such lines are typed to keep us busy."""
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w-]*)")
QUESTION_MARKS = ("?", "؟", "？")
LONGEST_ROW, MOST_SIGNS = 10_000, 400
"""Of a line: whole paragraphs stand in one, but no book."""


class Severity(StrEnum):
    """How bad a problem is: an error stops publication."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to say about a line of a file, and what to write instead."""

    file: str
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        """``FILE:LINE: level: message``, as editors understand it."""
        return f"{self.file}:{self.line}: {self.severity.value}: {self.message}"


class Report:
    """Collects the problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def error(self, line: int, message: str) -> None:
        """What stops publication."""
        self.problems.append(Problem(self.path, line, Severity.ERROR, message))

    def warning(self, line: int, message: str) -> None:
        """What is probably not meant."""
        self.problems.append(Problem(self.path, line, Severity.WARNING, message))

    def note(self, line: int, message: str) -> None:
        """What is good to know."""
        self.problems.append(Problem(self.path, line, Severity.NOTE, message))


@dataclass(frozen=True, slots=True)
class Value:
    """What stands behind the colon, and where."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its ``{#id name=value}`` taken off."""

    level: int
    text: str
    id: str
    attributes: Mapping[str, str]
    line: int

    @property
    def is_question(self) -> bool:
        """Whether it begins with a question mark of any script."""
        return self.text.startswith(QUESTION_MARKS)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body; ``code`` inside a fence or one of its marks; heading outside fences only."""

    number: int
    text: str
    code: bool = False
    fence: str = ""
    heading: Heading | None = None


@dataclass(slots=True)
class Source:
    """A file that was read; what is wrong with it lies in the report."""

    path: str
    header: dict[str, Value]
    lines: list[Line]
    report: Report
    first_line: int = 1


def read_source(path: str, data: bytes) -> Source:
    """Any bytes become a Source: smart quotes, ``？``, CRLF and a BOM are all accepted."""
    report = Report(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        report.error(line, "this is not UTF-8 text. Save the file as UTF-8")
        text = data.decode("utf-8", "replace")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
    rows = [_calm(row, number, report) for number, row in enumerate(rows, 1)]
    header, first = _header(rows, report)
    return Source(path, header, list(_lines(rows[first:], first + 1)), report, first + 1)


def text_of(lines: list[Line]) -> str:
    """Lines as Markdown again, without blank lines at the ends."""
    return "\n".join(line.text for line in lines).strip("\n")


def read_heading(row: str, number: int) -> Heading | None:
    """The heading in this line, if it is one."""
    found = HEADING.match(row)
    if found is None:
        return None
    bare = found[2].rstrip(" \t").rstrip("#").rstrip(" \t")
    text, attributes = take_attributes(bare)
    return Heading(len(found[1]), text, attributes.pop("#", ""), attributes, number)


def take_attributes(text: str) -> tuple[str, dict[str, str]]:
    """``Title {#id draw=2}`` → ("Title", {"#": "id", "draw": "2"}); other braces stay in the text."""
    found = ATTRIBUTES.search(text)
    if found is None:
        return text.strip(), {}
    attributes: dict[str, str] = {}
    for word in found[1].split():
        name, equals, value = word.partition("=")
        if name.startswith("#") and not equals:
            attributes["#"] = name[1:]
        elif equals and name:
            attributes[name] = value.strip("\"'“”‘’")
        else:
            return text.strip(), {}
    return text[: found.start()].strip(), attributes


def unquoted(text: str) -> str:
    """One surrounding pair of quotes is dropped."""
    text = text.strip()
    if len(text) >= 2 and QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return text


def _calm(row: str, number: int, report: Report) -> str:
    """The row, or what is left of one that is made to keep every pattern busy: it stops publication."""
    if len(row) > LONGEST_ROW:
        report.error(number, f"this line has more than {LONGEST_ROW:,} signs. Split it")
        row = row[:LONGEST_ROW]
    for sign in "[`":
        if row.count(sign) > MOST_SIGNS:
            report.error(
                number, f"this line has more than {MOST_SIGNS} of the sign {sign}. Split it"
            )
            row = row.replace(sign, "")
    return row


def _header(rows: list[str], report: Report) -> tuple[dict[str, Value], int]:
    """The settings, and the position of the first row behind them."""
    if not rows or rows[0].strip() != "---":
        return {}, 0
    end = next((n for n, row in enumerate(rows[1:], 1) if row.strip() == "---"), None)
    if end is None:
        report.error(1, "the settings have no end. Write a line --- below them")
        return {}, 0
    values: dict[str, Value] = {}
    for number, row in enumerate(rows[1:end], 2):
        name, colon, value = row.replace("：", ":", 1).partition(":")
        name = name.strip().casefold()
        if not row.strip():
            continue
        if not colon or not name:
            report.error(number, f"I cannot read '{row.strip()[:60]}'. Write name: value")
        elif name in values:
            report.error(number, f"'{name}' is set twice. Keep one of the two lines")
        else:
            values[name] = Value(unquoted(value), number)
    return values, end + 1


def _lines(rows: list[str], first: int) -> Iterator[Line]:
    """Rows with what is code and what is a heading told apart."""
    open_fence = ""
    for number, row in enumerate(rows, first):
        found = FENCE.match(row)
        if open_fence:
            closes = found and found[1].startswith(open_fence) and not row.strip().strip("`~")
            yield Line(number, row, code=True)
            open_fence = "" if closes else open_fence
        elif found:
            open_fence = found[1]
            yield Line(number, row, code=True, fence=found[2].casefold() or "code")
        else:
            yield Line(number, row, heading=read_heading(row, number))
