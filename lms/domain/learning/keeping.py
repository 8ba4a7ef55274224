"""What is given in an attempt becomes its answers, one row a question."""

from collections.abc import Mapping
from datetime import datetime

from lms.content.questions import QuestionKind
from lms.database import db
from lms.domain import discarded, grading
from lms.domain.grading import Response
from lms.domain.learning.papers import Answers, answers_of, paper_of
from lms.models import Answer, Attempt


def keep(attempt: Attempt, responses: Mapping[int, Response], now: datetime) -> Answers:
    """By position; positions that are not named keep what they have. All that is given then."""
    known = answers_of(attempt)
    for question in paper_of(attempt):
        if question.position not in responses:
            continue
        response = list(responses[question.position])
        answer = known.get(question.position)
        if answer is None:
            if not grading.is_given(response):
                continue
            answer = Answer(
                attempt_id=attempt.id,
                position=question.position,
                question=question.name,
                kind=question.text.kind,
                response=response,
                saved_at=now,
            )
            db.session.add(answer)
            known[question.position] = answer
        elif answer.response != response:
            if answer.kind == QuestionKind.UPLOAD:
                discarded.discard(file["digest"] for file in answer.response)
            answer.response, answer.saved_at = response, now
    return known
