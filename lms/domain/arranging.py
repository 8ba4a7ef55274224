"""Marking arrangements: what belongs together, and what comes before what. Pure functions."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from lms.content.questions import QuestionKind, QuestionText

Places = Sequence[int | None]


def matched(question: QuestionText, response: Places) -> Fraction:
    """The share of the items beside their right partner; ``response[i]``: the option given to item i."""
    items = question.words[question.language].items
    hits = sum(option == item for item, option in enumerate(response))
    return Fraction(hits, len(items))


def ordered(question: QuestionText, response: Places) -> Fraction:
    """The share of all pairs in the right order.

    response: the steps from first to last, None where none was given.
    """
    size = len(question.words[question.language].options)
    steps = [step for step in response if step is not None]
    right = sum(first < second for first, second in combinations(steps, 2))
    pairs = size * (size - 1) // 2
    return Fraction(right, pairs) if pairs else Fraction(len(steps))


MARKERS: Mapping[QuestionKind, Callable[[QuestionText, Places], Fraction]] = {
    QuestionKind.MATCH: matched,
    QuestionKind.ORDER: ordered,
}
