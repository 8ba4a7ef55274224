"""One lesson: its source file and its translations become one LessonText."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from lms.content.outline import (
    DrawText,
    LessonKind,
    LessonText,
    PoolText,
    QuizRules,
    SectionText,
    Words,
)
from lms.content.questions import QuestionText
from lms.content.reading import settings
from lms.content.reading.pairing import pair_question, pair_section
from lms.content.reading.question import RawQuestion
from lms.content.reading.sections import RawSection, id_of, read_body
from lms.content.source import Report, Source
from lms.content.values import listed, whole

ANSWERED = frozenset({LessonKind.QUIZ, LessonKind.EXAM, LessonKind.LAB, LessonKind.ASSIGNMENT})
LEAST_SECONDS = 90
"""For one question: bad lines and screen readers need them."""


def read_lesson(
    slug: str,
    source: Source,
    translations: Mapping[str, Source],
    *,
    language: str,
    course_pass: Fraction,
    strict: bool,
) -> LessonText:
    """Whatever stands there becomes a lesson; what is wrong lies in the sources' reports."""
    kind = _kind(source)
    settings.check_names(source, settings.LESSON | _more_settings(kind))
    values: dict[str, Any] = {
        name: settings.get(source, name, read, None) for name, read in settings.READERS.items()
    }
    for file in translations.values():
        settings.check_names(file, {"title"})
    parts = read_parts(
        source, translations, language=language, graded=kind is not LessonKind.SURVEY
    )
    lesson = LessonText(
        slug=slug,
        kind=kind,
        path=source.path,
        language=language,
        words=read_titles(source, translations, language, "lesson"),
        parts=tuple(parts),
        pools=_pools(parts, source) if kind in {LessonKind.QUIZ, LessonKind.EXAM} else (),
        rules=_rules(values, source, course_pass),
        minutes=values["minutes"],
        required=kind is not LessonKind.SURVEY
        if values["required"] is None
        else values["required"],
        after=values["after"] or (),
        checked=values["checked"],
        review=values["review"],
        was=values["was"] or (),
    )
    _check_time(lesson, source, strict=strict)
    return lesson


def _more_settings(kind: LessonKind) -> frozenset[str]:
    """What this kind of lesson may have beside what all may have."""
    if kind is LessonKind.ATTENDANCE:
        return settings.DATED
    graded: frozenset[str] = settings.GRADED if kind in ANSWERED else frozenset()
    return graded | settings.EXAM if kind is LessonKind.EXAM else graded


def _kind(source: Source) -> LessonKind:
    """What the setting says, else the file's name.

    No name stands for attendance: files that begin with that word were pages before there was any.
    """
    written = settings.text(source, "kind").casefold()
    kinds = {kind.value: kind for kind in LessonKind}
    if written:
        if written not in kinds:
            line = source.header["kind"].line
            hint = settings.did_you_mean(written, kinds) or f". Write one of {', '.join(kinds)}"
            source.report.error(line, f"unknown kind '{written[:40]}'{hint}")
        return kinds.get(written, LessonKind.PAGE)
    return kind_named(source.path)


def kind_named(path: str) -> LessonKind:
    """What the name of a file says, where its settings are silent."""
    name = path.rpartition("/")[2].lstrip("0123456789-")
    named = (kind for kind in LessonKind if name.startswith(kind.value))
    return next((kind for kind in named if kind is not LessonKind.ATTENDANCE), LessonKind.PAGE)


def read_titles(
    source: Source, translations: Mapping[str, Source], language: str, thing: str
) -> dict[str, Words]:
    """Title, summary and goal in each language; a translation without a title keeps the source's."""
    if "title" not in source.header:
        source.report.error(
            source.first_line, f"the {thing} has no title. Write title: … at the top"
        )
    own = _words(source, language, source.path.rpartition("/")[2].removesuffix(".md"))
    words = {language: own}
    for code, file in translations.items():
        if "title" in file.header:
            words[code] = _words(file, code, own.title)
    return words


def _words(source: Source, language: str, title: str) -> Words:
    return Words(
        language,
        title=settings.text(source, "title", title),
        summary=settings.text(source, "summary"),
        goal=settings.text(source, "goal"),
    )


def read_parts(
    source: Source,
    translations: Mapping[str, Source],
    *,
    language: str,
    graded: bool,
) -> list[SectionText | QuestionText]:
    """Parts of the source with what the translations say about them, paired by id."""
    parts = read_body(source, language)
    _check_ids(parts, source)
    others = {
        code: {_id(part): part for part in reversed(read_body(file, code))}
        for code, file in translations.items()
    }
    reports = {language: source.report, **{c: file.report for c, file in translations.items()}}
    paired: list[SectionText | QuestionText] = []
    for part in parts:
        said = {code: found for code, ids in others.items() if (found := ids.pop(_id(part), None))}
        if isinstance(part, RawSection):
            paired.append(pair_section(part, said, language))
        elif question := pair_question(part, said, reports, language=language, graded=graded):
            paired.append(question)
    for code, left in others.items():
        _say_unknown(left, parts, reports[code])
    return paired


def _id(part: RawSection | RawQuestion) -> str:
    return part.id if isinstance(part, RawSection) else id_of(part.heading)


def _check_ids(parts: Sequence[RawSection | RawQuestion], source: Source) -> None:
    seen: dict[str, int] = {}
    for part in parts:
        if part.heading is None:
            continue
        first = seen.setdefault(_id(part), part.heading.line)
        if first != part.heading.line:
            source.report.error(part.heading.line, f"#{_id(part)} stands already in line {first}")


def _say_unknown(
    left: Mapping[str, RawSection | RawQuestion],
    parts: Sequence[RawSection | RawQuestion],
    report: Report,
) -> None:
    """What a translation has and the source has not."""
    known = {_id(part) for part in parts}
    for name, part in left.items():
        line = part.heading.line if part.heading else 1
        if name and part.heading is not None and part.heading.id:
            hint = settings.did_you_mean(name, known)
            report.error(line, f"#{name} is not in the original{hint}")
        else:
            report.warning(line, "this text has no counterpart in the original and is not shown")


def _pools(parts: Sequence[SectionText | QuestionText], raw: Source) -> tuple[PoolText, ...]:
    """The headings of level 1, each with how many of its questions are drawn."""
    pools = []
    for heading in (line.heading for line in raw.lines if line.heading and line.heading.level == 1):
        count = None
        for name, value in heading.attributes.items():
            if name == "draw" and value.isdigit() and int(value) > 0:
                count = int(value)
            else:
                raw.report.error(heading.line, "in the braces of a pool stand {#id draw=2}")
        size = sum(isinstance(p, QuestionText) and p.pool == id_of(heading) for p in parts)
        if count is not None and count > size:
            raw.report.error(heading.line, f"draw={count}, but the pool has {size} questions")
        pools.append(PoolText(id_of(heading), count))
    return tuple(pools)


def _rules(values: Mapping[str, Any], source: Source, course_pass: Fraction) -> QuizRules:
    plain = QuizRules()
    return QuizRules(
        pass_mark=course_pass if values["pass"] is None else values["pass"],
        attempts=values["attempts"],
        wait=values["wait"],
        time=values["time"],
        shuffle=plain.shuffle if values["shuffle"] is None else values["shuffle"],
        show=values["show"] or plain.show,
        opens=values["opens"],
        closes=values["closes"],
        due=values["due"],
        draws=settings.get(source, "from", _draws, ()),
    )


def _draws(text: str) -> tuple[DrawText, ...]:
    """``how-names-work/quiz 6, this file all``."""
    draws = []
    for part in listed(text):
        place, _space, count = part.rpartition(" ")
        if not place:
            raise ValueError("write from: module/quiz 6, this file all")
        number = None if count.casefold() == "all" else whole(count)
        draws.append(DrawText("" if place.casefold() == "this file" else place, number))
    return tuple(draws)


def _check_time(lesson: LessonText, source: Source, *, strict: bool) -> None:
    """Less than 90 seconds a question only when the course says ``strict: yes``."""
    limit = lesson.rules.time
    if limit is None or strict:
        return
    draws = [draw.count for draw in lesson.rules.draws]
    count = sum(draw or 0 for draw in draws) if draws else _own_questions(lesson)
    if count and limit.length.total_seconds() < LEAST_SECONDS * count:
        line = source.header["time"].line
        source.report.error(
            line,
            f"'{limit.written}' for {count} questions is less than {LEAST_SECONDS} seconds each. "
            "Give more time, or write strict: yes in course.md",
        )


def _own_questions(lesson: LessonText) -> int:
    drawn = {pool.id: pool.draw for pool in lesson.pools if pool.draw is not None}
    loose = [q for q in lesson.questions if q.pool not in drawn]
    return len(loose) + sum(drawn.values())
