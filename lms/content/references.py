"""What the files of a course say about each other: links, pictures, terms, lessons."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lms.content.outline import CourseText, LessonKind, LessonText, Requires, TermText
from lms.content.pictures import svg_problem
from lms.content.reading.settings import did_you_mean
from lms.content.source import Problem, Severity, read_source
from lms.content.tree import CourseTree

CODE = re.compile(r"(`{1,20}).*?\1")
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+[\"“”'][^)]*)?\)")
TERM = re.compile(r"(?<!\\)\[\[([^\[\]|]+)(?:\|[^\[\]]*)?\]\]")
OPTION = re.compile(r"^\s*(>|[-*+]\s+[(（\[][^\]]?[)）\]]\s|#)")
"""In a question, terms are linked in these lines only; elsewhere double brackets are a blank."""
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^#|^//", re.IGNORECASE)


def check_references(tree: CourseTree, text: CourseText) -> list[Problem]:
    """Everything that points at nothing."""
    return [
        *_check_files(tree, text),
        *_check_lessons(text),
        *_check_former_names(text),
        *_check_pictures(tree),
    ]


def _check_files(tree: CourseTree, text: CourseText) -> Iterator[Problem]:
    terms = terms_of(text.glossary)
    for path in tree.paths:
        if not path.endswith(".md") or path.count("/") > 1:
            continue
        in_question = False
        for line in read_source(path, tree[path]).lines:
            if line.heading and (line.heading.level <= 2 or line.heading.is_question):
                in_question = line.heading.is_question
            if line.code:
                continue
            row = CODE.sub("", line.text)
            yield from _check_links(tree, path, line.number, row)
            if not in_question or OPTION.match(row):
                yield from _check_terms(terms, path, line.number, row)


def terms_of(glossary: Mapping[str, TermText]) -> dict[str, str]:
    """Every way to name a glossary entry, folded → its id."""
    names: dict[str, str] = {}
    for term in glossary.values():
        for words in term.words.values():
            for name in (words.term, words.long_form):
                if name:
                    names.setdefault(name.casefold(), term.id)
        names[term.id.casefold()] = term.id
    return names


def _check_terms(terms: dict[str, str], path: str, line: int, row: str) -> Iterator[Problem]:
    for found in TERM.finditer(row):
        name = found[1].strip()
        if name.casefold() not in terms:
            hint = did_you_mean(name.casefold(), terms)
            message = f"'{name[:60]}' is not in the glossary{hint or '. Add it to glossary.md'}"
            yield Problem(path, line, Severity.ERROR, message)


def _check_links(tree: CourseTree, path: str, line: int, row: str) -> Iterator[Problem]:
    for found in LINK.finditer(row):
        is_picture, words, target = found[1] == "!", found[2], found[3]
        if is_picture and not words.strip():
            yield Problem(
                path,
                line,
                Severity.ERROR,
                f"the picture {target[:60]} has no alt text. Say what it shows",
            )
        if ELSEWHERE.match(target) and not is_picture:
            continue
        if ELSEWHERE.match(target):
            message = f"{target[:60]} is not in the course folder. Put the picture there"
            yield Problem(path, line, Severity.ERROR, message)
        elif resolve(path, target) not in tree:
            hint = did_you_mean(resolve(path, target), tree.paths)
            yield Problem(path, line, Severity.ERROR, f"there is no file {target[:60]}{hint}")


def resolve(path: str, target: str) -> str:
    """A relative link, as a path of the tree."""
    bare = unquote(target.partition("#")[0].partition("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), bare))


def _check_lessons(text: CourseText) -> Iterator[Problem]:
    known = {lesson.slug: lesson for lesson in text.lessons}
    for lesson in text.lessons:
        for slug in lesson.after:
            if slug not in known:
                yield _unknown(lesson, "after", slug, known)
        for draw in lesson.rules.draws:
            if draw.lesson and draw.lesson not in known:
                yield _unknown(lesson, "from", draw.lesson, known)
            elif draw.lesson and (draw.count or 0) > len(known[draw.lesson].questions):
                size = len(known[draw.lesson].questions)
                message = f"'from' draws {draw.count} of {draw.lesson}, which has {size} questions"
                yield Problem(lesson.path, 1, Severity.ERROR, message)
        if lesson.is_graded and not lesson.questions and not lesson.rules.draws:
            yield Problem(
                lesson.path, 1, Severity.ERROR, "a quiz without questions cannot be passed"
            )
    kinds = {lesson.kind for lesson in text.lessons if lesson.is_asked}
    needs = {Requires.EXAM: LessonKind.EXAM, Requires.ASSIGNMENT: LessonKind.ASSIGNMENT}
    for requirement in text.complete:
        kind = needs.get(requirement.kind)
        if kind is not None and kind not in kinds:
            message = f"'complete' asks for an {kind.value}, but the course has none with questions"
            yield Problem("course.md", 1, Severity.ERROR, message)


def _check_former_names(text: CourseText) -> Iterator[Problem]:
    """``was:`` names one lesson that is gone; else nobody could say whose progress it is."""
    claimed: dict[str, LessonText] = {}
    for lesson in text.lessons:
        for name in lesson.was:
            other = claimed.setdefault(name, lesson)
            if name == lesson.slug:
                continue
            if text.lesson(name) is not None:
                message = (
                    f"'was' names '{name[:60]}', which is still a lesson. Take it out, here or in "
                    "module.md. To hand a name on, first publish the lesson that gives it up"
                )
            elif other is not lesson:
                message = (
                    f"'was' names '{name[:60]}', and so does {other.path}. "
                    "Only one of the two can be the old lesson"
                )
            else:
                continue
            yield Problem(lesson.path, 1, Severity.ERROR, message)


def _unknown(lesson: LessonText, setting: str, slug: str, known: dict[str, LessonText]) -> Problem:
    hint = did_you_mean(slug, known) or ". Write module/lesson without the numbers"
    return Problem(
        lesson.path, 1, Severity.ERROR, f"'{setting}' names '{slug[:60]}', which is no lesson{hint}"
    )


def _check_pictures(tree: CourseTree) -> Iterator[Problem]:
    for path in tree.paths:
        if path.endswith(".svg") and (problem := svg_problem(tree[path])):
            yield Problem(path, 1, Severity.ERROR, problem)
