from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import values
from lms.content.questions import NumberRange, OptionText, QuestionKind, QuestionText, QuestionWords
from lms.domain import grading

pytestmark = pytest.mark.once


def question(kind: QuestionKind, **key: object) -> QuestionText:
    words = QuestionWords("en", "Which?", options=tuple(OptionText(sign) for sign in "abcd"))
    return QuestionText("q", kind, {"en": words}, "en", **key)  # type: ignore[arg-type]


ONE = question(QuestionKind.ONE, right=frozenset({1, 2}))
MANY = question(QuestionKind.MANY, right=frozenset({0, 1}))
SOA = question(QuestionKind.TEXT, accepted=("SOA", "start of authority"))
EXACT = question(QuestionKind.TEXT, accepted=("SOA",), minds_case=True)
PORT = question(QuestionKind.NUMBER, ranges=(NumberRange(Decimal(50), Decimal(53)),))


@pytest.mark.parametrize(
    ("asked", "response", "share"),
    [
        (ONE, [1], 1),
        (ONE, [2], 1),
        (ONE, [0], 0),
        (ONE, [1, 2], 0),
        (ONE, [], 0),
        (question(QuestionKind.TRUE_FALSE, right=frozenset({0})), [0], 1),
        (question(QuestionKind.TRUE_FALSE, right=frozenset({0})), [1], 0),
        (MANY, [0, 1], 1),
        (MANY, [0], Fraction(1, 2)),
        (MANY, [0, 1, 2], Fraction(1, 2)),
        (MANY, [0, 2], 0),
        (MANY, [2, 3], 0),
        (SOA, ["soa"], 1),
        (SOA, ["  Start   of AUTHORITY. "], 1),
        (SOA, ["ＳＯＡ"], 1),
        (SOA, ["NS"], 0),
        (SOA, ["   "], 0),
        (EXACT, ["SOA"], 1),
        (EXACT, ["soa"], 0),
        (question(QuestionKind.TEXT, accepted=("سلطة",)), ["سُلْطَة"], 1),
        (PORT, ["53"], 1),
        (PORT, ["٥٣"], 1),
        (PORT, ["５３"], 1),
        (PORT, ["50,5"], 1),
        (PORT, ["54"], 0),
        (PORT, ["fifty"], 0),
    ],
)
def test_a_response_earns_its_share(
    asked: QuestionText, response: list[object], share: Fraction | int
) -> None:
    assert grading.mark(asked, response) == share


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("3600", {"3600"}),
        ("3 600", {"3600"}),
        ("3\u202f600", {"3600"}),
        ("3'600", {"3600"}),
        ("3,600", {"3600", "3.600"}),
        ("3.600", {"3600", "3.600"}),
        ("1.234,5", {"1234.5"}),
        ("1,234.5", {"1234.5"}),
        ("1,234,567", {"1234567"}),
        ("0,5", {"0.5"}),
        ("−7", {"-7"}),
        ("80 %", {"80"}),
        ("٠٫٥", {"0.5"}),
        ("", set()),
        ("1e5", set()),
        ("--1", set()),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, numbers: set[str]) -> None:
    assert values.numbers_of(written) == {Decimal(number) for number in numbers}


@given(st.text(max_size=40))
def test_no_text_breaks_the_marking(text: str) -> None:
    for asked in (SOA, EXACT, PORT):
        assert 0 <= grading.mark(asked, [text]) <= 1


@given(st.sets(st.integers(0, 3)))
def test_ticks_earn_between_nothing_and_everything(ticks: set[int]) -> None:
    assert 0 <= grading.mark(MANY, sorted(ticks)) <= 1
