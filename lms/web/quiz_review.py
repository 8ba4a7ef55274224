"""What a result page tells: how far, what next, and as much of the answers as ``show:`` allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from lms.content.outline import LessonKind, LessonText, Show
from lms.content.questions import QuestionKind, QuestionText
from lms.domain import certification, grading
from lms.domain.learning import papers, reviewing
from lms.domain.learning.marking import exact
from lms.domain.learning.papers import Answers, PaperQuestion
from lms.domain.learning.progress import Progress
from lms.domain.learning.states import LessonState
from lms.models import Answer, Attempt, Certificate, Course, Edition, Mark, User
from lms.web import language, rendering, rows
from lms.web.marks import ByHand, by_hand
from lms.web.markup import Page
from lms.web.rows import ReviewedRow

TYPED = frozenset({QuestionKind.TEXT, QuestionKind.NUMBER, QuestionKind.ESSAY, QuestionKind.UPLOAD})


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    """One option after grading."""

    html: str
    given: bool
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """One question after grading. rights: accepted answers, when something was typed. rows: pairs, steps
    or blanks, instead of options."""

    number: int
    prompt: str
    body: str
    language: str
    points: int
    earned: float
    graded: bool
    options: tuple[ReviewedOption, ...]
    typed: str
    is_right: bool
    rights: tuple[str, ...]
    explanation: str
    rows: tuple[ReviewedRow, ...] = ()
    by_hand: ByHand | None = None


def review(
    me: User, attempt: Attempt, course: Course, lesson: LessonText, now: Progress
) -> dict[str, Any]:
    """What the result template needs beyond the attempt itself."""
    state = now.states.get(papers.name_now(attempt))
    shows = _shows_answers(lesson, attempt, state)
    paper, given = papers.paper_of(attempt), papers.answers_of(attempt)
    return {
        "state": state,
        "shows_score": lesson.rules.show is not Show.NOTHING,
        "answers": answers(attempt, paper, given, shows=shows),
        "shows_answers": shows,
        "known": _known(paper, given),
        "answers_when": "" if shows else _answers_when(lesson),
        "onward": now.next,
        "certificate": _certificate(me, course) if now.is_complete else None,
        "waits_for_confirmation": now.is_complete
        and now.text.certificate is not None
        and me.confirmed_at is None,
    }


def answers(
    attempt: Attempt, paper: Sequence[PaperQuestion], given: Answers, *, shows: bool
) -> tuple[ReviewedQuestion, ...]:
    """All questions; while the keys stay secret only what people mark, without the explanation."""
    course, edition, lesson = papers.lesson_of(attempt)
    told = [one for one in paper if shows or one.text.kind in grading.BY_HAND]
    is_marked = any(one.text.kind in grading.BY_HAND for one in told)
    marks = reviewing.marks_of(attempt) if is_marked else {}
    every = [
        _reviewed(
            question,
            given.get(question.position),
            _page(course, edition, question.text),
            lesson,
            marks.get(question.position),
        )
        for question in told
    ]
    if shows:
        return tuple(every)
    return tuple(replace(one, explanation="") for one in every if one.by_hand)


def _shows_answers(lesson: LessonText, attempt: Attempt, state: LessonState | None) -> bool:
    """Whether ``show:`` allows the answers now: never while they would help to pass."""
    if lesson.kind is LessonKind.SURVEY:
        return True
    match lesson.rules.show:
        case Show.AFTER_PASSING:
            return bool(attempt.passed) or (state is not None and state.done_at is not None)
        case Show.AFTER_LAST:
            limit = lesson.rules.attempts
            return limit is not None and state is not None and state.tried >= limit
        case _:
            return False


def _answers_when(lesson: LessonText) -> str:
    match lesson.rules.show:
        case Show.AFTER_PASSING:
            return str(_("The right answers are shown here when you have passed."))
        case Show.AFTER_LAST:
            return str(_("The right answers are shown here after your last attempt."))
        case _:
            return ""


def _certificate(me: User, course: Course) -> Certificate | None:
    held = (one for one in certification.current_of(me) if one.course_id == course.id)
    return next(held, None)


def _known(paper: Sequence[PaperQuestion], given: Answers) -> tuple[float, int]:
    """Points so far, and of how many: what is marked already."""
    earned, possible = Fraction(0), 0
    for question in paper:
        answer = given.get(question.position)
        if answer is None or answer.share is not None:
            share = exact(answer.share) if answer and answer.share else Fraction(0)
            earned += question.text.points * share
            possible += question.text.points
    return float(earned), possible


def _page(course: Course, edition: Edition, question: QuestionText) -> Page:
    return rendering.page_for(course, edition, question.path)


def _reviewed(
    question: PaperQuestion,
    answer: Answer | None,
    page: Page,
    lesson: LessonText,
    mark: Mark | None,
) -> ReviewedQuestion:
    text = question.text
    words = text.say(language.current())
    response = answer.response if answer else []
    share = (
        Fraction(answer.share).limit_denominator(1000) if answer and answer.share else Fraction(0)
    )
    is_typed = text.kind in TYPED
    return ReviewedQuestion(
        number=question.position + 1,
        prompt=page.inline(words.prompt),
        body=rows.with_numbers(page.block(words.body)),
        language=words.language,
        points=text.points,
        earned=float(share * text.points),
        graded=text.graded,
        options=() if is_typed or text.kind in rows.ROWS else _options(question, response, page),
        typed=str(response[0]) if is_typed and response else "",
        is_right=share == 1,
        rights=rights_of(text),
        explanation=page.block(words.explanation),
        rows=rows.reviewed(text, words, response, page),
        by_hand=by_hand(text, lesson, answer, mark),
    )


def _options(
    question: PaperQuestion, response: list[Any], page: Page
) -> tuple[ReviewedOption, ...]:
    text = question.text
    words = text.say(language.current())
    if text.kind is QuestionKind.TRUE_FALSE:
        remarks = [page.inline(option.feedback) for option in words.options] or [Markup()] * 2
        shown: Mapping[int, tuple[str, str]] = {
            source: (word, remarks[source]) for source, word in enumerate((_("True"), _("False")))
        }
    else:
        shown = {
            source: (page.inline(option.text), page.inline(option.feedback))
            for source, option in enumerate(words.options)
        }
    return tuple(
        ReviewedOption(
            html=shown[source][0],
            given=source in response,
            right=text.graded and source in text.right,
            feedback=shown[source][1],
        )
        for source in question.order
    )


def rights_of(text: QuestionText) -> tuple[str, ...]:
    """The accepted answers of a typed question, as people read them."""
    if text.kind is QuestionKind.TEXT:
        return text.accepted[:3]
    if text.kind is QuestionKind.NUMBER:
        return tuple(
            f"{r.low:f}" if r.low == r.high else f"{r.low:f} – {r.high:f}" for r in text.ranges[:1]
        )
    return ()
