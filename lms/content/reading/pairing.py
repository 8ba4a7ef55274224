"""A part of the source and what the translations say about it, as one value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.content.filetypes import TYPES, ending_of
from lms.content.outline import SectionText, SectionWords
from lms.content.questions import (
    Blank,
    EssayRule,
    NumberRange,
    QuestionKind,
    QuestionText,
    QuestionWords,
    UploadRule,
)
from lms.content.reading.items import Item
from lms.content.reading.question import RawQuestion
from lms.content.reading.sections import RawSection, id_of
from lms.content.reading.settings import did_you_mean
from lms.content.source import Report
from lms.content.values import ranges_of, whole

ATTRIBUTES = frozenset({"points", "case", "text", "peers", "give"})
UPLOAD = re.compile(r"^(.+?)\s+up to\s+(\d{1,3})\s*MB$", re.IGNORECASE)
Part = RawSection | RawQuestion


def pair_section(part: RawSection, said: Mapping[str, Part], language: str) -> SectionText:
    """Running text in every language that has it."""
    words = {language: _section_words(part, language)}
    for code, other in said.items():
        if isinstance(other, RawSection):
            words[code] = _section_words(other, code)
    heading = part.heading
    return SectionText(
        id=part.id,
        level=heading.level if heading else 0,
        words=words,
        language=language,
        line=heading.line if heading else 1,
    )


def pair_question(
    part: RawQuestion,
    said: Mapping[str, Part],
    reports: Mapping[str, Report],
    *,
    language: str,
    graded: bool,
) -> QuestionText | None:
    """A question with the key of the source; None when its kind could not be told (reported)."""
    report = reports[language]
    _check_attributes(part, report)
    if part.kind is None:
        return None
    words: dict[str, QuestionWords] = {language: part.words}
    twins = {c: other for c, other in said.items() if isinstance(other, RawQuestion)}
    for code, other in twins.items():
        if _agrees(part, other, reports[code]):
            words[code] = other.words
    question = QuestionText(
        id=id_of(part.heading),
        kind=part.kind,
        words=words,
        language=language,
        points=_points(part, report),
        pool=part.pool,
        minds_case=part.heading.attributes.get("case") == "yes",
        lab=part.lab,
        graded=graded,
        path=report.path,
        line=part.heading.line,
    )
    return _with_key(question, part, [twins[code] for code in words if code in twins], report)


def _with_key(
    question: QuestionText, part: RawQuestion, twins: Sequence[RawQuestion], report: Report
) -> QuestionText:
    """The key: marks from the source only, typed answers from all languages."""
    kind = question.kind
    if kind in {QuestionKind.ONE, QuestionKind.MANY, QuestionKind.TRUE_FALSE}:
        _check_marks(part, report, graded=question.graded)
        return replace(question, right=part.right)
    if kind in {QuestionKind.MATCH, QuestionKind.ORDER}:
        _check_rows(part, report)
        return question
    every = [part, *twins]
    if kind is QuestionKind.TEXT:
        texts = dict.fromkeys(item.text for one in every for item in one.items if item.text)
        return replace(question, accepted=tuple(texts))
    if kind is QuestionKind.NUMBER:
        ranges: dict[NumberRange, None] = {}
        for one in every:
            ranges.update(dict.fromkeys(r for item in one.items for r in ranges_of(item.text)))
        return replace(question, ranges=tuple(ranges))
    if kind is QuestionKind.CLOZE:
        return replace(question, blanks=_blanks(every))
    if kind is QuestionKind.ESSAY:
        return replace(question, essay=_essay(part, report))
    if kind is QuestionKind.UPLOAD:
        return replace(question, upload=_upload(part.items[0], report))
    return question


def _section_words(part: RawSection, language: str) -> SectionWords:
    return SectionWords(language, part.heading.text if part.heading else "", part.body)


def _agrees(part: RawQuestion, other: RawQuestion, report: Report) -> bool:
    """Whether a translation asks the same: kind, number of options, marks."""
    name, line = id_of(part.heading), other.heading.line
    typed = {QuestionKind.TEXT, QuestionKind.NUMBER}
    if other.kind is not part.kind and not {other.kind, part.kind} <= typed:
        report.error(line, f"#{name} is another type of question in the original")
        return False
    ours, theirs = len(part.words.options), len(other.words.options)
    if ours != theirs and part.kind is not QuestionKind.TRUE_FALSE:
        report.error(line, f"#{name} has {ours} options in the original, {theirs} here")
        return False
    ours, theirs = len(part.words.items), len(other.words.items)
    if ours != theirs:
        report.error(line, f"#{name} has {ours} pairs in the original, {theirs} here")
        return False
    if part.kind is QuestionKind.CLOZE and not _blanks_agree(part, other, report):
        return False
    chosen = {QuestionKind.ONE, QuestionKind.MANY, QuestionKind.TRUE_FALSE}
    if part.kind in chosen and part.right != other.right:
        report.error(line, f"#{name} has its right marks at other places in the original")
        return False
    return True


def _blanks_agree(part: RawQuestion, other: RawQuestion, report: Report) -> bool:
    """Whether the blanks of a translation are as many, of the same choices, right at the same place."""
    name, line = id_of(part.heading), other.heading.line
    ours, theirs = len(part.blanks), len(other.blanks)
    if ours != theirs:
        report.error(line, f"#{name} has {ours} blanks in the original, {theirs} here")
        return False
    for n in range(ours):
        choices, others = len(part.words.blanks[n]), len(other.words.blanks[n])
        if choices != others:
            said = f"blank {n + 1} of #{name} has {choices} choices in the original, {others} here"
            report.error(line, said)
            return False
        if part.blanks[n].right != other.blanks[n].right:
            said = f"blank {n + 1} of #{name} has its right mark at another place in the original"
            report.error(line, said)
            return False
    return True


def _check_attributes(part: RawQuestion, report: Report) -> None:
    for name in part.heading.attributes:
        if name not in ATTRIBUTES:
            hint = did_you_mean(name, ATTRIBUTES)
            report.error(part.heading.line, f"unknown word '{name}=' in the braces{hint}")


def _points(part: RawQuestion, report: Report) -> int:
    written = part.heading.attributes.get("points", "1")
    try:
        points = whole(written)
    except ValueError as error:
        report.error(part.heading.line, f"'points' cannot be '{written[:20]}': {error}")
        return 1
    return points


def _check_marks(part: RawQuestion, report: Report, *, graded: bool) -> None:
    line = part.items[0].line
    if part.kind is QuestionKind.TRUE_FALSE:
        if len(part.items) != 1:
            report.error(line, "write either true or false, not both")
        return
    if graded and not part.right:
        report.error(line, "no option is marked right. Put an x in its brackets")
    if not graded and part.right:
        report.error(line, "a survey has no right answers. Leave the brackets empty")
    if len(part.items) < 2:
        report.error(line, "one option is no choice. Write at least two")


def _check_rows(part: RawQuestion, report: Report) -> None:
    line = part.items[0].line
    if part.kind is QuestionKind.MATCH and not part.words.items:
        report.error(line, "nothing stands before =>. Write at least one pair, such as A => B")
    if part.kind is QuestionKind.ORDER and len(part.items) < 2:
        report.error(line, "one step is no order. Write at least two")


def _blanks(every: Sequence[RawQuestion]) -> tuple[Blank, ...]:
    """Typed answers of all languages, drop-downs of the source."""
    merged = []
    for n, blank in enumerate(every[0].blanks):
        accepted = dict.fromkeys(text for one in every for text in one.blanks[n].accepted)
        merged.append(Blank(tuple(accepted), blank.right))
    return tuple(merged)


def _essay(part: RawQuestion, report: Report) -> EssayRule:
    text = part.items[0].text
    bounds = re.fullmatch(r"(?:(\d+)\s*[-–]\s*(\d+)\s*words?)?", text, re.IGNORECASE)
    if bounds is None:
        report.error(part.items[0].line, "write an essay's length as ____ 150-400 words")
    least, most = (bounds[1], bounds[2]) if bounds else (None, None)
    numbers = {name: part.heading.attributes.get(name, "0") for name in ("peers", "give")}
    for name, value in numbers.items():
        if not value.isdigit():
            report.error(part.heading.line, f"'{name}' is a whole number, such as {name}=3")
            numbers[name] = "0"
    return EssayRule(
        least=int(least) if least else None,
        most=int(most) if most else None,
        peers=int(numbers["peers"]),
        give=int(numbers["give"]),
    )


def _upload(item: Item, report: Report) -> UploadRule | None:
    found = UPLOAD.match(item.text)
    if found is None:
        report.error(item.line, "write an upload as ^^^ pdf, odt up to 5 MB")
        return None
    endings = tuple(part.strip(" .").casefold() for part in found[1].split(",") if part.strip())
    for ending in endings:
        if ending_of(ending) is None:
            hint = did_you_mean(ending, TYPES) or f". Write some of {', '.join(TYPES)}"
            report.error(item.line, f"a file '{ending[:20]}' cannot be told from its content{hint}")
    return UploadRule(endings, int(found[2]) * 1024 * 1024)
