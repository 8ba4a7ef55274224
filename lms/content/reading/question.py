"""One question in one language, read from the lines between two headings."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.content.questions import Blank, Criterion, LabText, OptionText, QuestionKind, QuestionWords
from lms.content.reading.items import Item, ItemKind, find_list, read_items
from lms.content.source import Heading, Line, Report, text_of
from lms.content.values import ranges_of

BLANK = re.compile(r"(?<!\\)\[\[(.+?)\]\]")
CODE = re.compile(r"(`{1,20})(?:.*?)\1")
CRITERION = re.compile(r"^[-*+]\s++(.+?)(?<!\s)\s*+[(（](\d+)\s*[-–]\s*(\d+)[)）]\s*[:：]\s*(.+)$")
LABS = {"zone": QuestionKind.ZONE, "walk": QuestionKind.WALK, "chain": QuestionKind.CHAIN}
BLOCKS = frozenset({"zone", "check", "solution", "walk", "chain"})
AFTER = "text after the answers. Begin a new ## section, or write > before an explanation"


@dataclass(slots=True)
class RawQuestion:
    """A question as one file says it; the key of a translation is only compared."""

    heading: Heading
    words: QuestionWords
    kind: QuestionKind | None
    items: list[Item] = field(default_factory=list)
    blanks: tuple[Blank, ...] = ()
    lab: LabText | None = None
    pool: str = ""

    @property
    def right(self) -> frozenset[int]:
        """Positions that are marked right; of true/false: 0 true, 1 false."""
        if self.kind is QuestionKind.TRUE_FALSE:
            return frozenset({0 if self.items[0].marked else 1})
        return frozenset(n for n, item in enumerate(self.items) if item.marked)


def read_question(
    heading: Heading, lines: Sequence[Line], language: str, report: Report
) -> RawQuestion:
    """Whatever stands there becomes a question; kind None when it cannot be told which."""
    prompt = heading.text[1:].strip()
    if not prompt:
        report.error(heading.line, "the question has no text. Write it behind the question mark")
    lines, rubric = _take_rubric(lines, report)
    lab_kind, lab, lines = _take_lab(lines)
    body, blanks, choices = ("", (), ()) if lab_kind else _take_blanks(lines)
    answers = None if lab_kind or blanks else find_list(lines)
    end = answers.end if answers else _end_of_body(lines)
    hints, explanation = _said_after(lines[end:], report)
    items = read_items(answers, report) if answers else []
    if not blanks:
        body = text_of(list(lines[: answers.first if answers else end]))
    else:
        body = _without_tail(body, len(lines) - end)
    words = QuestionWords(
        language=language,
        prompt=prompt,
        body=body,
        options=tuple(OptionText(item.text, item.feedback) for item in _options(items)),
        items=tuple(item.left for item in items if item.kind is ItemKind.MATCH and item.left),
        blanks=choices,
        hints=hints,
        explanation=explanation,
        rubric=rubric,
    )
    kind = lab_kind or (QuestionKind.CLOZE if blanks else _kind(items, heading.attributes))
    if kind is None and not (answers and not items):
        report.error(heading.line, "the question has no answers. Write a list below it")
    return RawQuestion(heading, words, kind, items, blanks, lab)


def _options(items: list[Item]) -> list[Item]:
    """What can be chosen: in a match the right-hand sides, those without a left-hand side last."""
    if items and items[0].kind is ItemKind.MATCH:
        return sorted(items, key=lambda item: not item.left)
    if items and items[0].kind is ItemKind.TRUE_FALSE:
        return _true_and_false(items[0])
    chosen = {ItemKind.ONE, ItemKind.MANY, ItemKind.ORDER}
    return [item for item in items if item.kind in chosen]


def _true_and_false(item: Item) -> list[Item]:
    """Both options when there is feedback for one of them; their words are the platform's."""
    if not item.feedback:
        return []
    return [
        replace(item, text="", feedback=item.feedback * (item.marked is way))
        for way in (True, False)
    ]


def _kind(items: list[Item], attributes: Mapping[str, str]) -> QuestionKind | None:
    if not items:
        return None
    if items[0].kind is not ItemKind.TYPED:
        return {
            ItemKind.ONE: QuestionKind.ONE,
            ItemKind.MANY: QuestionKind.MANY,
            ItemKind.TRUE_FALSE: QuestionKind.TRUE_FALSE,
            ItemKind.MATCH: QuestionKind.MATCH,
            ItemKind.ORDER: QuestionKind.ORDER,
            ItemKind.ESSAY: QuestionKind.ESSAY,
            ItemKind.UPLOAD: QuestionKind.UPLOAD,
        }[items[0].kind]
    is_text = attributes.get("text") == "yes" or not all(ranges_of(item.text) for item in items)
    return QuestionKind.TEXT if is_text else QuestionKind.NUMBER


def _take_rubric(
    lines: Sequence[Line], report: Report
) -> tuple[Sequence[Line], tuple[Criterion, ...]]:
    """``### Rubric`` and the lines below it, taken out."""
    start = next(
        (n for n, line in enumerate(lines) if line.heading and _is_rubric(line.heading)), None
    )
    if start is None:
        return lines, ()
    criteria = []
    end = start + 1
    while end < len(lines) and not lines[end].heading and not lines[end].text.startswith(">"):
        row = lines[end].text.strip()
        found = CRITERION.match(row)
        if found and int(found[2]) >= int(found[3]):
            report.error(lines[end].number, "in a rubric the second number is the higher one")
        elif found:
            criteria.append(Criterion(found[1], int(found[2]), int(found[3]), found[4]))
        elif row:
            report.error(lines[end].number, "a line of a rubric is '- Name (0-4): what earns it'")
        end += 1
    return [*lines[:start], *lines[end:]], tuple(criteria)


def _is_rubric(heading: Heading) -> bool:
    return heading.level == 3 and heading.text.casefold() == "rubric"


def _take_lab(lines: Sequence[Line]) -> tuple[QuestionKind | None, LabText | None, Sequence[Line]]:
    """The fenced blocks of a lab, taken out."""
    blocks: dict[str, list[str]] = {}
    rest: list[Line] = []
    current = ""
    for line in lines:
        if line.fence in BLOCKS:
            current = line.fence
            blocks[current] = []
        elif current and line.code:
            if line.text.strip().strip("`~"):
                blocks[current].append(line.text)
        else:
            current = ""
            rest.append(line)
    kind = next((LABS[name] for name in blocks if name in LABS), None)
    if kind is None:
        return None, None, lines
    texts = {name: "\n".join(rows) for name, rows in blocks.items()}
    settings = {
        name.strip(): value.strip()
        for block in ("walk", "chain")
        for name, colon, value in (row.partition(":") for row in texts.get(block, "").split("\n"))
        if colon
    }
    return kind, LabText(texts, settings), rest


def _take_blanks(
    lines: Sequence[Line],
) -> tuple[str, tuple[Blank, ...], tuple[tuple[str, ...], ...]]:
    """``[[NS | name server]]`` in the body becomes a numbered place."""
    blanks: list[Blank] = []
    choices: list[tuple[str, ...]] = []

    def place(found: re.Match[str]) -> str:
        parts = [part.strip() for part in found[1].split("|")]
        marked = [n for n, part in enumerate(parts) if re.fullmatch(r"[(（].+[)）]", part)]
        if marked:
            parts = [part[1:-1].strip() if n in marked else part for n, part in enumerate(parts)]
            blanks.append(Blank(right=marked[0]))
            choices.append(tuple(parts))
        else:
            blanks.append(Blank(accepted=tuple(parts)))
            choices.append(())
        return f"\ue000{len(blanks) - 1}\ue001"

    rows = [
        line.text if line.code or line.text.startswith(">") else _outside_code(line.text, place)
        for line in lines
    ]
    return "\n".join(rows), tuple(blanks), tuple(choices)


def _outside_code(text: str, place: Callable[[re.Match[str]], str]) -> str:
    """Replace blanks, but not inside `code`."""
    parts: list[str] = []
    last = 0
    for code in CODE.finditer(text):
        parts += [BLANK.sub(place, text[last : code.start()]), code[0]]
        last = code.end()
    return "".join([*parts, BLANK.sub(place, text[last:])])


def _end_of_body(lines: Sequence[Line]) -> int:
    """Where hints and explanations begin when there is no list: the last run of ``>`` lines."""
    end = len(lines)
    while end and (lines[end - 1].text.startswith(">") or not lines[end - 1].text.strip()):
        end -= 1
    return end


def _without_tail(body: str, lines: int) -> str:
    rows = body.split("\n")
    return "\n".join(rows[: len(rows) - lines]).strip("\n")


def _said_after(lines: Sequence[Line], report: Report) -> tuple[tuple[str, ...], str]:
    """Hints (``> ? …``) and the explanation (other ``>`` lines)."""
    hints: list[str] = []
    explanation: list[str] = []
    for line in lines:
        row = line.text.strip()
        if not row:
            continue
        if not row.startswith(">"):
            report.error(line.number, AFTER)
            break
        said = row[1:].strip()
        if said.startswith(("?", "؟", "？")):
            hints.append(said[1:].strip())
        else:
            explanation.append(said)
    return tuple(hints), "\n".join(explanation).strip()
