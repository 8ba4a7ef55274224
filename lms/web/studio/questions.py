"""How the questions of a quiz fare: how many answered, the share of the points, what misled them."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from lms.content.outline import LessonText
from lms.content.questions import QuestionKind, QuestionText
from lms.domain import catalogue
from lms.domain.errors import Missing
from lms.domain.learning import shares
from lms.domain.learning.shares import Choice, Fare
from lms.web import access, charts, language, rendering, rows
from lms.web.markup import Page
from lms.web.people_only import pages

bp = pages("studio_questions", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as its trainers see it. options: (words, how often chosen, whether right)."""

    fare: Fare
    prompt: Markup
    language: str
    options: list[tuple[Markup, int, bool]]
    mistake: Markup
    often: int


@bp.get("/<slug>/questions")
def shares_of(slug: str) -> str:
    """One quiz, exam, assignment or survey at a time."""
    me, course = access.user(), catalogue.find_course(slug)
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    asked = [lesson for lesson in text.lessons if lesson.is_asked]
    lesson = _chosen(asked)
    fares = shares.fares(me, course, text, lesson)
    shown = [
        _shown(fare, rendering.page_for(course, edition, fare.question.path)) for fare in fares
    ]
    return render_template(
        "studio/questions.html",
        course=course,
        said=text.say(language.current()),
        asked={one.slug: one.say(language.current()).title for one in asked},
        lesson=lesson,
        shown=shown,
        bars=_bars(fares),
        most=shares.NEWEST,
    )


def _chosen(asked: list[LessonText]) -> LessonText | None:
    """The one that the address names, else the first; None in a course that asks nothing."""
    slug = request.args.get("lesson", "")
    if not slug:
        return next(iter(asked), None)
    found = next((one for one in asked if one.slug == slug), None)
    if found is None:
        raise Missing(_("There is no such lesson."))
    return found


def _bars(fares: list[Fare]) -> charts.Bars:
    return charts.bars(
        [
            (str(at), "–" if fare.share is None else f"{fare.share:.0%}", fare.share or 0)
            for at, fare in enumerate(fares, start=1)
        ]
    )


def _shown(fare: Fare, page: Page) -> Shown:
    question = fare.question
    words = question.say(language.current())
    options = [
        (html, fare.chosen.get(at, 0), question.graded and at in question.right)
        for at, html in enumerate(_options(question, page))
    ]
    choice, often = fare.mistake or (None, 0)
    return Shown(
        fare=fare,
        prompt=page.inline(words.prompt),
        language=words.language,
        options=options,
        mistake=_said(question, choice, page) if choice else Markup(),
        often=often,
    )


def _options(question: QuestionText, page: Page) -> list[Markup]:
    if question.kind is QuestionKind.TRUE_FALSE:
        return [escape(_("True")), escape(_("False"))]
    if question.kind not in shares.OPTIONS:
        return []
    return [page.inline(option.text) for option in question.say(language.current()).options]


def _said(question: QuestionText, choice: Choice, page: Page) -> Markup:
    """What was given there, in words."""
    row, value = choice
    if question.kind in shares.OPTIONS:
        return _options(question, page)[int(value)]
    if question.kind in shares.TYPED:
        return escape(value)
    words = question.say(language.current())
    size = len(words.items or words.options or question.blanks)
    given: list[Any] = [value if at == row else None for at in range(size)]
    one = rows.reviewed(question, words, given, page)[row]
    return Markup("{}{}{}").format(one.label, _(": "), one.given)
