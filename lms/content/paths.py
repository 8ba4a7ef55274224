"""A path: courses that belong together, in an order. One file, and its translations beside it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lms.content.markdown import fault_of
from lms.content.outline import Words
from lms.content.reading import settings
from lms.content.reading.course import TRANSLATION
from lms.content.reading.lesson import read_titles
from lms.content.source import Problem, Severity, Source, read_source, text_of
from lms.content.tree import CourseTree

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PathText:
    """What an edition of a path says. bodies: Markdown by language; courses: their short names."""

    language: str
    words: Mapping[str, Words]
    bodies: Mapping[str, str]
    courses: tuple[str, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The source first, then translations."""
        return tuple(self.words)

    def say(self, language: str) -> Words:
        """Title and summary in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]

    def body(self, language: str) -> tuple[str, str]:
        """The language and the text of what stands below the settings; the source's, where it is missing."""
        spoken = language if self.bodies.get(language) else self.language
        return spoken, self.bodies.get(spoken, "")


def name_of(file: str) -> str:
    """``first-steps.fr.md`` → ``first-steps``: the path that a file belongs to."""
    found = TRANSLATION.match(file)
    return found[1] if found else file.removesuffix(".md")


def read_path(
    slug: str, tree: CourseTree, courses: Collection[str]
) -> tuple[PathText | None, tuple[Problem, ...]]:
    """The path, and all problems; None when its file is missing. courses: all that there are."""
    own = f"{slug}.md"
    if own not in tree:
        missing = f"{own} is missing. Write one with title:, summary: and courses: at the top"
        return None, (Problem(own, 1, Severity.ERROR, missing),)
    source = read_source(own, tree[own])
    _check_slug(source, slug)
    settings.check_names(source, settings.PATH)
    others: dict[str, Source] = {}
    for file in tree.paths:
        if file != own and (found := TRANSLATION.match(file)):
            others[found[2]] = read_source(file, tree[file])
            settings.check_names(others[found[2]], {"title", "summary"})
    language = settings.text(source, "language", "en")
    text = PathText(
        language,
        read_titles(source, others, language, "path"),
        {code: text_of(file.lines) for code, file in {language: source, **others}.items()},
        settings.names(source, "courses"),
    )
    _check_courses(source, text, courses)
    every = [source, *others.values()]
    for one in every:
        _check_body(one)
    return text, tuple(sorted(problem for one in every for problem in one.report.problems))


def _check_slug(source: Source, slug: str) -> None:
    if not SLUG.fullmatch(slug) or len(slug) > 100:
        source.report.error(1, "name the file with the letters a to z, digits, and hyphens between")


def _check_courses(source: Source, text: PathText, known: Collection[str]) -> None:
    if "summary" not in source.header:
        source.report.warning(source.first_line, "the path has no summary. Write summary: … on top")
    value = source.header.get("courses")
    if value is None or not text.courses:
        line = value.line if value else source.first_line
        source.report.error(line, "the path has no courses. Write courses: first-course, second")
        return
    for at, slug in enumerate(text.courses):
        if slug in text.courses[:at]:
            source.report.error(value.line, f"'{slug[:60]}' stands twice among the courses")
        elif slug not in known:
            hint = settings.did_you_mean(slug, known)
            source.report.error(value.line, f"there is no course '{slug[:60]}'{hint}")


def _check_body(file: Source) -> None:
    for line in file.lines:
        if line.heading and (line.heading.level == 1 or line.heading.is_question):
            file.report.error(
                line.number, "a path has no questions, and its headings begin with ##"
            )
    if fault := fault_of(text_of(file.lines)):
        file.report.error(file.first_line, fault)
