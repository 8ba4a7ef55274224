"""Marking arrangements: what belongs together, and what comes before what. Pure functions."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from lms.content.questions import QuestionKind, QuestionText

Places = Sequence[int | None]
Hits = tuple[bool, ...]


def paired(question: QuestionText, response: Places) -> Hits:
    """Item by item, whether it stands beside its partner; ``response[i]``: the option given to item i.

    Options that read the same are the same.
    """
    words = question.words[question.language]
    texts = [option.text for option in words.options]
    given = [texts[option] if option is not None else None for option in response]
    return tuple(text == texts[item] for item, text in enumerate(given))


def placed(_question: QuestionText, response: Places) -> Hits:
    """Step by step, whether it got its own place; ``response[i]``: the place given to step i."""
    return tuple(place == step for step, place in enumerate(response))


def matched(question: QuestionText, response: Places) -> Fraction:
    """The share of the items beside their partner."""
    hits = paired(question, response)
    return Fraction(sum(hits), len(hits))


def ordered(_question: QuestionText, response: Places) -> Fraction:
    """The share of all pairs of steps, neighbours or not, of which the earlier got an earlier place.

    A pair with a missing place, or with one place for both, is not in order.
    """
    pairs = list(combinations(response, 2))
    right = sum(None not in pair and pair[0] < pair[1] for pair in pairs)  # type: ignore[operator]
    return Fraction(right, len(pairs)) if pairs else Fraction(sum(placed(_question, response)))


MARKERS: Mapping[QuestionKind, Callable[[QuestionText, Places], Fraction]] = {
    QuestionKind.MATCH: matched,
    QuestionKind.ORDER: ordered,
}
