"""A form for each type of question, which writes it into a file: nobody needs to know the signs."""

from collections.abc import Mapping

from flask import jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.content import composing, editing
from lms.content.composing import Row, Wish
from lms.content.questions import QuestionKind
from lms.content.source import read_source
from lms.database import begin_reading, begin_writing, db
from lms.domain.errors import _
from lms.models import Course
from lms.web import access, numbers
from lms.web.people_only import pages
from lms.web.studio import working
from lms.web.studio.shared import course_here, title_here

bp = pages("studio_asking", __name__)

KINDS: Mapping[QuestionKind, str] = {
    QuestionKind.ONE: _("One right answer"),
    QuestionKind.MANY: _("Several right answers"),
    QuestionKind.TRUE_FALSE: _("True or false"),
    QuestionKind.TEXT: _("A typed answer"),
    QuestionKind.NUMBER: _("A number"),
    QuestionKind.MATCH: _("Pairs"),
    QuestionKind.ORDER: _("An order"),
    QuestionKind.CLOZE: _("A text with blanks"),
    QuestionKind.ESSAY: _("An essay"),
    QuestionKind.UPLOAD: _("A file to hand in"),
}
ROWS = 6
"""Options that have a field; more can be written into the text."""
LONGEST = 5_000
"""Signs of one field."""


@bp.get("/<slug>/new-question/<path:path>")
def form(slug: str, path: str) -> Response:
    """Empty; ``?kind=`` says for which type."""
    course = course_here(slug)
    text = working.text_of(access.user(), course, path)
    return _page(course, path, text, MultiDict())


@bp.post("/<slug>/new-question/<path:path>")
def write(slug: str, path: str) -> Response | tuple[Response, int]:
    """Into the draft; a script gets it as text, and puts it where the writer is.

    The course is read before the transaction that writes begins.
    """
    begin_reading()
    me, course, sent = access.user(), course_here(slug), request.form
    text = working.text_of(me, course, path)
    graded = not working.is_survey(working.work_of(me, course), path)
    wish = _wish(sent)
    if fault := composing.fault_of(wish, graded=graded):
        return _page(course, path, text, sent, fault), 422
    taken = {line.heading.id for line in read_source(path, text.encode()).lines if line.heading}
    markdown = composing.written(wish, taken)
    if working.wants_json():
        return jsonify(markdown=markdown)
    begin_writing()
    working.write_into(me, course, path, markdown, numbers.read(sent.get("place"), 0))
    db.session.commit()
    return redirect(url_for("studio_editor.file", slug=slug, path=path, saved=1), 303)


def _page(
    course: Course, path: str, text: str, sent: MultiDict[str, str], fault: str = ""
) -> Response:
    kind = _kind(sent.get("kind") or request.args.get("kind", ""))
    return make_response(
        render_template(
            "studio/question.html",
            course=course,
            course_title=title_here(course),
            path=path,
            kind=kind,
            kinds=KINDS,
            rows=ROWS,
            longest=LONGEST,
            sent=sent,
            fault=fault,
            places=editing.places(text),
            is_survey=working.is_survey(working.work_of(access.user(), course), path),
        )
    )


def _kind(value: str) -> QuestionKind:
    return next((kind for kind in KINDS if kind == value), QuestionKind.ONE)


def _wish(sent: MultiDict[str, str]) -> Wish:
    def field(name: str) -> str:
        return sent.get(name, "").replace("\r\n", "\n")[:LONGEST]

    right = set(sent.getlist("right"))
    return Wish(
        kind=_kind(field("kind")),
        prompt=field("prompt"),
        text=field("body"),
        rows=[
            Row(field(f"row-{n}"), field(f"feedback-{n}"), str(n) in right, field(f"left-{n}"))
            for n in range(ROWS)
        ],
        accepted=field("accepted").split("\n"),
        around=field("around"),
        minds_case="case" in sent,
        length=field("length"),
        rubric=field("rubric").split("\n"),
        endings=field("endings"),
        megabytes=field("megabytes"),
        points=numbers.read(field("points"), 1),
        hint=field("hint"),
        explanation=field("explanation"),
    )
