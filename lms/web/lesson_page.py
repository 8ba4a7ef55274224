"""The page of a lesson that is read: its text, practice questions, and the turn of the page."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape

from flask import Response, request

from lms.content.outline import CourseText, LessonText, ModuleText
from lms.database import db
from lms.domain.catalogue import Place
from lms.domain.learning.progress import Progress
from lms.domain.learning.states import LessonState
from lms.models import Course, Edition
from lms.web import identity, language, linked_data, outlines, rendering
from lms.web.feedback import Feedback
from lms.web.outlines import Outline
from lms.web.versions import languages_of, versions

SUMMARY_SIGNS = 160
"""How much of a text search engines show."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lesson stands: module and lesson counted from 1, and its neighbours in the course."""

    module: ModuleText
    module_number: int
    number: int
    before: LessonText | None
    after: LessonText | None


def place_of(text: CourseText, slug: str) -> Standing:
    """Where this lesson of the course stands."""
    slugs = [lesson.slug for lesson in text.lessons]
    at = slugs.index(slug)
    module_number, module = next(
        (number, module)
        for number, module in enumerate(text.modules, 1)
        if text.lessons[at] in module.lessons
    )
    return Standing(
        module=module,
        module_number=module_number,
        number=module.lessons.index(text.lessons[at]) + 1,
        before=text.lessons[at - 1] if at else None,
        after=text.lessons[at + 1] if at + 1 < len(slugs) else None,
    )


def page(
    place: Place, lesson: LessonText, progress: Progress | None, feedback: Feedback | None = None
) -> Response:
    """The whole page; ``progress`` is None for visitors, ``feedback`` answers a practice question."""
    state = progress.states[lesson.slug] if progress else None
    make = partial(_outline, place, lesson, feedback, visitor=progress is None)
    if feedback is not None or request.query_string:
        return outlines.filled(make(), progress, state)
    key: Hashable = (place, language.current(), progress is None, identity.face())
    if faces := _faces(place.text, progress, state):
        key, make = (key, *faces.items()), partial(_seen, key, make, faces, progress, state)
    return outlines.filled(outlines.kept(key, make), progress, state)


def _seen(
    key: Hashable, make: Callable[[], Outline], faces: Mapping[str, Hashable], *mine: object
) -> Outline:
    return outlines.kept(key, make).seen(faces, mine)


def _faces(
    text: CourseText, progress: Progress | None, state: LessonState | None
) -> Mapping[str, Hashable]:
    """What is shared by the many learners who are as far as this one; nothing where time matters."""
    if progress is None or state is None:
        return {}
    folder = state.lesson.slug.partition("/")[0]
    module = next(module for module in text.modules if module.slug == folder)
    faces: dict[str, Hashable] = {"course": (progress.done, progress.required)}
    if state.done_at is None:  # else its day is told
        faces["done"] = False
    states = [progress.states[lesson.slug] for lesson in module.lessons]
    if not any(one.lesson.rules.has_dates or one.waiting for one in states):
        faces["module"] = tuple(one.face for one in states)
        faces["lesson"] = state.face
    return faces


def _outline(
    place: Place, lesson: LessonText, feedback: Feedback | None, *, visitor: bool
) -> Outline:
    """What all visitors see of it, or all learners."""
    course = db.session.get_one(Course, place.course.id)
    edition = db.session.get_one(Edition, place.edition.id)
    text = place.text
    module, name = lesson.slug.split("/")
    stretches = rendering.stretches(course, edition, lesson.path, lesson.parts)
    every = versions(
        "learn.lesson", languages_of(lesson), slug=course.slug, module=module, name=name
    )
    return outlines.made(
        "learn/lesson.html",
        visitor=visitor,
        course=place.course,
        text=text,
        lesson=lesson,
        said=lesson.say(language.current()),
        where=place_of(text, lesson.slug),
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
