"""What must be there before an attempt can be handed in."""

from collections.abc import Mapping

from lms.content.counting import words_in
from lms.content.outline import LessonKind
from lms.content.questions import EssayRule, QuestionKind
from lms.domain import grading
from lms.domain.errors import Invalid, _
from lms.domain.learning.papers import Answers, PaperQuestion, lesson_of, paper_of
from lms.models import Attempt


class Unfinished(Invalid):
    """Something is missing; ``problems`` says what, by position. What was given stays saved."""

    def __init__(self, problems: Mapping[int, Invalid]) -> None:
        super().__init__(_("This cannot be handed in yet. What you wrote is saved."))
        self.problems = problems


def check(attempt: Attempt, given: Answers) -> None:
    """Raise Unfinished unless all that a trainer will mark is as the course asks for it.

    In a quiz a question may stay open; in an assignment a trainer gets nothing to read then. Surveys
    take everything.
    """
    _course, _edition, lesson = lesson_of(attempt)
    if lesson.kind is LessonKind.SURVEY:
        return
    problems = {}
    for question in paper_of(attempt):
        answer = given.get(question.position)
        if answer is not None and grading.is_given(answer.response):
            problem = _length_problem(question.text.essay, answer.response)
        else:
            problem = _missing(question) if lesson.kind is LessonKind.ASSIGNMENT else None
        if problem is not None:
            problems[question.position] = problem
    if problems:
        raise Unfinished(problems)


def _length_problem(rule: EssayRule | None, response: grading.Response) -> Invalid | None:
    if rule is None:
        return None
    count = words_in(str(response[0]))
    if rule.least is not None and count < rule.least:
        return Invalid(
            _("Write at least %(least)s words before you hand in; now there are %(count)s."),
            least=rule.least,
            count=count,
        )
    if rule.most is not None and count > rule.most:
        return Invalid(
            _(
                "Shorten your text to at most %(most)s words before you hand in; now there are %(count)s."
            ),
            most=rule.most,
            count=count,
        )
    return None


def _missing(question: PaperQuestion) -> Invalid | None:
    if question.text.kind is QuestionKind.ESSAY:
        return Invalid(_("Write your answer before you hand in."))
    if question.text.kind is QuestionKind.UPLOAD:
        return Invalid(_("Choose a file before you hand in."))
    return None
