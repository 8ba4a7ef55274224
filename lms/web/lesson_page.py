"""The page of a lesson that is read: its text, practice questions, and the turn of the page."""

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from lms.content.outline import CourseText, LessonKind, LessonText, ModuleText
from lms.domain.errors import Missing, _
from lms.domain.learning.progress import Progress
from lms.models import Course, Edition
from lms.web import language, linked_data, rendering
from lms.web.feedback import Feedback
from lms.web.versions import languages_of, versions

ASKED = frozenset({LessonKind.QUIZ, LessonKind.EXAM, LessonKind.SURVEY})
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
    """Where this lesson stands; Missing when the course has no such lesson."""
    lessons = text.lessons
    for module_number, module in enumerate(text.modules, 1):
        for number, lesson in enumerate(module.lessons, 1):
            if lesson.slug == slug:
                at = lessons.index(lesson)
                before = lessons[at - 1] if at else None
                after = lessons[at + 1] if at + 1 < len(lessons) else None
                return Place(module, module_number, number, before, after)
    raise Missing(_("There is no such lesson."))


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
        stretches=stretches,
        summary=_summary(stretches),
        feedback=feedback,
        versions=every,
        data=linked_data.of_lesson(course, edition, text, lesson, every.canonical),
    )


def _summary(stretches: tuple[rendering.Stretch, ...]) -> str:
    """The beginning of the text, without its marks."""
    html = Markup(" ").join(piece.html for one in stretches for piece in one.pieces)
    words = html.replace("><", "> <").striptags().split()
    short = ""
    for word in words:
        if len(short) + len(word) >= SUMMARY_SIGNS:
            return f"{short} …"
        short = f"{short} {word}".strip()
    return short
