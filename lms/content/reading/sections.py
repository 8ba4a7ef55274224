"""The body of one file in one language: sections of running text, and questions."""

import hashlib
from dataclasses import dataclass

from lms.content.reading.question import RawQuestion, read_question
from lms.content.source import Heading, Line, Source, text_of

NO_ID = "this {thing} has no id. Run: lms courses check --fix"


@dataclass(slots=True)
class RawSection:
    """Running text under one heading (None before the first)."""

    heading: Heading | None
    body: str

    @property
    def id(self) -> str:
        """Its id, or one made from its words until --fix writes one; "" before the first heading."""
        return id_of(self.heading) if self.heading else ""


def read_body(source: Source, language: str) -> list[RawSection | RawQuestion]:
    """Every part in the order of the file."""
    parts: list[RawSection | RawQuestion] = []
    pool = ""
    for heading, lines in _split(source.lines):
        if heading is not None and not heading.id:
            _say_no_id(source, heading)
        if heading is None or not heading.is_question:
            parts.append(RawSection(heading, text_of(lines)))
            pool = id_of(heading) if heading and heading.level == 1 else pool
            continue
        if heading.level != 2:
            source.report.error(
                heading.line, "a question is a heading of level 2. Begin it with ## ?"
            )
        question = read_question(heading, lines, language, source.report)
        question.pool = pool
        parts.append(question)
    return [part for part in parts if isinstance(part, RawQuestion) or part.heading or part.body]


def id_of(heading: Heading) -> str:
    """The id that was written, else one that stays the same as long as the words do."""
    if heading.id:
        return heading.id
    return "x" + hashlib.sha256(heading.text.encode("utf-8", "replace")).hexdigest()[:10]


def _say_no_id(source: Source, heading: Heading) -> None:
    if heading.is_question:
        source.report.error(heading.line, NO_ID.format(thing="question"))
    else:
        source.report.note(heading.line, NO_ID.format(thing="heading"))


def _split(lines: list[Line]) -> list[tuple[Heading | None, list[Line]]]:
    """Lines by the heading they stand under; level 3 and deeper belong to a question above them."""
    parts: list[tuple[Heading | None, list[Line]]] = [(None, [])]
    for line in lines:
        heading = line.heading
        above = parts[-1][0]
        deeper = above is not None and above.is_question and heading and heading.level > 2
        if heading is None or (deeper and not heading.is_question):
            parts[-1][1].append(line)
        else:
            parts.append((heading, []))
    return parts
