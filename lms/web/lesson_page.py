"""The page of a lesson that is read: its text, practice questions, and the turn of the page."""

import re
from dataclasses import dataclass
from html import unescape

from flask import render_template

from lms.content.outline import CourseText, LessonText, ModuleText
from lms.domain import journal
from lms.domain.learning import rules
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import language, linked_data, remarks, rendering
from lms.web.feedback import Feedback
from lms.web.versions import languages_of, versions

"""Lessons that begin with a start page; all others are read here."""
SUMMARY_SIGNS = 160
"""How much of a text search engines show."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lesson stands: module and lesson counted from 1, and its neighbours in the course."""

    module: ModuleText
    module_number: int
    number: int
    before: LessonText | None
    after: LessonText | None


def place_of(text: CourseText, slug: str) -> Place:
    """Where this lesson of the course stands."""
    slugs = [lesson.slug for lesson in text.lessons]
    at = slugs.index(slug)
    module_number, module = next(
        (number, module)
        for number, module in enumerate(text.modules, 1)
        if text.lessons[at] in module.lessons
    )
    return Place(
        module=module,
        module_number=module_number,
        number=module.lessons.index(text.lessons[at]) + 1,
        before=text.lessons[at - 1] if at else None,
        after=text.lessons[at + 1] if at + 1 < len(slugs) else None,
    )


def page(
    course: Course,
    edition: Edition,
    text: CourseText,
    lesson: LessonText,
    progress: Progress | None,
    feedback: Feedback | None = None,
) -> str:
    """The whole page; ``progress`` is None for visitors, ``feedback`` answers a practice question."""
    module, name = lesson.slug.split("/")
    stretches = rendering.stretches(course, edition, lesson.path, lesson.parts)
    every = versions(
        "learn.lesson", languages_of(lesson), slug=course.slug, module=module, name=name
    )
    return render_template(
        "learn/lesson.html",
        course=course,
        text=text,
        lesson=lesson,
        said=lesson.say(language.current()),
        where=place_of(text, lesson.slug),
        progress=progress,
        state=progress.states[lesson.slug] if progress else None,
        remarks_here=remarks.remarks(
            text, lesson, progress.states[lesson.slug] if progress else None
        ),
        may_be_marked=progress is None and rules.open_to_visitors(lesson, text, journal.now()),
        stretches=stretches,
        summary=_summary(stretches),
        feedback=feedback,
        versions=every,
        data=linked_data.of_lesson(course, edition, text, lesson, every.canonical),
    )


def _summary(stretches: tuple[rendering.Stretch, ...]) -> str:
    """The first sentences, without their marks."""
    html = "".join(piece.html for one in stretches for piece in one.pieces)
    paragraphs = " ".join(re.findall(r"<p>(.*?)</p>", html, re.DOTALL))
    short = ""
    for word in unescape(re.sub(r"<[^>]+>", "", paragraphs)).split():
        if len(short) + len(word) >= SUMMARY_SIGNS:
            return f"{short} …"
        short = f"{short} {word}".strip()
    return short
