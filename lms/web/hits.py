"""What was found as lines of a page: where it leads, what it is, and the words marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from lms.content.outline import CourseText, ModuleText, Words
from lms.domain.errors import _
from lms.domain.search import snippets
from lms.domain.search.finding import Found
from lms.domain.search.snippets import Part
from lms.models import Course, SearchEntry, SearchKind
from lms.web import language, theme

KINDS = {SearchKind.COURSE: _("Course"), SearchKind.TERM: _("Glossary")}


@dataclass(frozen=True, slots=True)
class Hit:
    """language: of title and text. course, module: where it stands; None for a course itself."""

    address: str
    language: str
    kind: str
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    course: Words | None
    module: Words | None


def hits_of(found: Found, courses: Sequence[tuple[Course, CourseText]]) -> list[Hit]:
    """The hits of one page; ``courses``: what their current editions say."""
    by_id = {course.id: (course, text) for course, text in courses}
    return [_hit(entry, found.asked, *by_id[entry.course_id]) for entry in found.hits]


def _hit(entry: SearchEntry, asked: tuple[str, ...], course: Course, text: CourseText) -> Hit:
    module = _module(text, entry)
    return Hit(
        address=_address(entry, course.slug, _page_language(entry, text)),
        language=entry.language,
        kind=_kind(entry, text),
        title=snippets.marked(entry.title, asked),
        text=snippets.snippet(entry.body, asked),
        course=None if entry.kind is SearchKind.COURSE else text.say(language.current()),
        module=module.say(language.current()) if module else None,
    )


def _page_language(entry: SearchEntry, text: CourseText) -> str:
    """The reader's language if their page shows this very text, else the language of the text."""
    words = _words(entry, text)
    source = text.language
    shown = language.current() if language.current() in words else source
    is_elsewhere = entry.language != shown and entry.language in language.LANGUAGES
    return entry.language if is_elsewhere else language.current()


def _words(entry: SearchEntry, text: CourseText) -> Mapping[str, object]:
    """In which languages the found thing exists."""
    if entry.kind is SearchKind.LESSON:
        lesson = text.lesson(entry.name)
        return lesson.words if lesson else {}
    term = text.glossary.get(entry.name)
    return term.words if term else text.words


def _address(entry: SearchEntry, slug: str, lang: str) -> str:
    if entry.kind is SearchKind.LESSON:
        module, name = entry.name.split("/")
        return url_for("learn.lesson", lang=lang, slug=slug, module=module, name=name)
    if entry.kind is SearchKind.TERM:
        return url_for("glossary.terms", lang=lang, slug=slug, _anchor=entry.name)
    return url_for("learn.course", lang=lang, slug=slug)


def _kind(entry: SearchEntry, text: CourseText) -> str:
    lesson = text.lesson(entry.name)
    return theme.kind(lesson.kind) if lesson else str(gettext(KINDS[entry.kind]))


def _module(text: CourseText, entry: SearchEntry) -> ModuleText | None:
    slug = entry.name.partition("/")[0] if entry.kind is SearchKind.LESSON else ""
    return next((module for module in text.modules if module.slug == slug), None)
