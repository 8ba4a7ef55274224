"""A file of a draft as learners will see it, in any language, in a frame of any width."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from lms.content import editing
from lms.content.markdown import MarkdownError
from lms.content.outline import CourseText, LessonKind, LessonText, SectionText
from lms.domain import catalogue
from lms.domain.errors import Missing, _
from lms.domain.learning import drawing
from lms.web import access, allowance, bare, caching, headers, language, rendering
from lms.web.people_only import pages
from lms.web.questions import ShownQuestion, shown
from lms.web.rendering import Stretch
from lms.web.studio import working
from lms.web.studio.shared import course_here
from lms.web.studio.working import Work

bp = pages("studio_preview", __name__)

FRAMED = headers.POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""Our own pages may show it inside; nobody else's."""

PRIVATE = f"private, max-age={caching.YEAR}, immutable"


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to see: text, the questions of a quiz, or terms with their meanings."""

    title: str = ""
    spoken: str = "en"
    intro: str = ""
    lesson: LessonText | None = None
    stretches: tuple[Stretch, ...] = ()
    asked: tuple[ShownQuestion, ...] = ()
    terms: tuple[tuple[str, str, Markup], ...] = ()
    fault: str = ""


@bp.get("/<slug>/preview/<path:path>")
def page(slug: str, path: str) -> Response:
    """As it was saved last."""
    me, course = access.user(), course_here(slug)
    allowance.for_preview(me.public_id)
    work = working.work_of(me, course, request.args.get("by", ""))
    try:
        seen = _shown(work, editing.original_of(path)[0])
    except MarkdownError as error:
        seen = Shown(fault=str(error))
    response = make_response(render_template("studio/preview.html", seen=seen))
    response.headers["Content-Security-Policy"] = FRAMED
    return response


@bp.get("/<slug>/files-of-draft/<digest>/<path:path>")
def file(slug: str, digest: str, path: str) -> Response:
    """A picture that is in no edition yet; it is the same as long as its address is."""
    work = working.work_of(access.user(), course_here(slug), request.args.get("by", ""))
    if work.tree.digests.get(path) != digest or path.endswith(".md"):
        raise Missing(_("There is no such file."))
    response = bare.sent(catalogue.bytes_of(digest), path)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _shown(work: Work, path: str) -> Shown:
    text = work.text()
    here = language.current()
    if path == "course.md":
        words = text.say(here)
        stretches = rendering.stretches_on(work, path, text.parts)
        return Shown(words.title, words.language, words.summary, stretches=stretches)
    if path == "glossary.md":
        return _terms(work, text)
    if path == "certificate.md":
        return _certificate(work, text)
    for module in text.modules:
        if path == f"{module.folder}/module.md":
            said = module.say(here)
            return Shown(said.title, said.language, said.goal)
    lesson = next((lesson for lesson in text.lessons if lesson.path == path), None)
    if lesson is None:
        raise Missing(_("There is nothing to see of this file."))
    return _lesson(work, lesson)


def _lesson(work: Work, lesson: LessonText) -> Shown:
    """A page with practice, or what a quiz asks, in the order of the file."""
    words = lesson.say(language.current())
    if not lesson.is_asked:
        stretches = rendering.stretches_on(work, lesson.path, lesson.parts)
        return Shown(words.title, words.language, lesson=lesson, stretches=stretches)
    sections = [part for part in lesson.parts if isinstance(part, SectionText)]
    if lesson.kind is not LessonKind.ASSIGNMENT:
        sections = [part for part in sections[:1] if not part.level]
    renderer = rendering.page_on(work, lesson.path)
    asked = tuple(
        shown(
            question,
            rendering.practice_order(work, question),
            renderer,
            number=number,
            blanks=rendering.practice_blanks(work, question),
        )
        for number, question in enumerate(lesson.questions, 1)
        if drawing.can_be_asked(lesson, question)
    )
    return Shown(
        words.title,
        words.language,
        lesson=lesson,
        stretches=rendering.stretches_on(work, lesson.path, sections),
        asked=asked,
    )


def _terms(work: Work, text: CourseText) -> Shown:
    renderer = rendering.page_on(work, "glossary.md")
    said = [(name, term.say(language.current())) for name, term in text.glossary.items()]
    terms = [(one.title, one.language, renderer.block(one.meaning)) for _name, one in said]
    return Shown(gettext("Glossary"), language.current(), terms=tuple(terms))


def _certificate(work: Work, text: CourseText) -> Shown:
    """What it says; the sheet itself is printed when somebody earns one."""
    words = text.certificate.words if text.certificate else {}
    said = words.get(language.current()) or words.get(text.language)
    if said is None:
        raise Missing(_("There is nothing to see of this file."))
    renderer = rendering.page_on(work, "certificate.md")
    signed = [(one.name, said.language, renderer.inline(one.role)) for one in said.signatories]
    terms = ((said.title, said.language, renderer.block(said.statement)), *signed)
    return Shown(gettext("Certificate"), language.current(), terms=terms)
