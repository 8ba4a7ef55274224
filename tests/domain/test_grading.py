from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import values
from lms.content.questions import (
    Blank,
    NumberRange,
    OptionText,
    QuestionKind,
    QuestionText,
    QuestionWords,
)
from lms.domain import grading

pytestmark = pytest.mark.once


def question(kind: QuestionKind, **key: object) -> QuestionText:
    words = QuestionWords("en", "Which?", options=tuple(OptionText(sign) for sign in "abcd"))
    return QuestionText("q", kind, {"en": words}, "en", **key)  # type: ignore[arg-type]


ONE = question(QuestionKind.ONE, right=frozenset({1, 2}))
MANY = question(QuestionKind.MANY, right=frozenset({0, 1}))
SOA = question(QuestionKind.TEXT, accepted=("SOA", "start of authority"))
EXACT = question(QuestionKind.TEXT, accepted=("SOA",), minds_case=True)
ORDER = question(QuestionKind.ORDER)
CLOZE = question(
    QuestionKind.CLOZE, blanks=(Blank(accepted=("NS", "خادم")), Blank(right=1), Blank(("4034",)))
)
PORT = question(QuestionKind.NUMBER, ranges=(NumberRange(Decimal(50), Decimal(53)),))


def match(*options: str) -> QuestionText:
    """A, B and C beside the first three of these options."""
    texts = tuple(OptionText(option) for option in options)
    words = QuestionWords("en", "Which?", options=texts, items=("A", "B", "C"))
    return QuestionText("q", QuestionKind.MATCH, {"en": words}, "en")


MATCH = match("a", "b", "c", "distractor")
TWINS = match("same", "same", "other")


@pytest.mark.parametrize(
    ("asked", "response", "share"),
    [
        (MATCH, [0, 1, 2], 1),
        (MATCH, [0, 1, 3], Fraction(2, 3)),
        (MATCH, [0, None, None], Fraction(1, 3)),
        (MATCH, [1, 0, 3], 0),
        (MATCH, [None, None, None], 0),
        (TWINS, [1, 0, 2], 1),
        (ORDER, [0, 1, 2, 3], 1),
        (ORDER, [3, 2, 1, 0], 0),
        (ORDER, [1, 0, 2, 3], Fraction(5, 6)),
        (ORDER, [3, 0, 1, 2], Fraction(1, 2)),
        (ORDER, [0, None, None, 1], Fraction(1, 6)),
        (ORDER, [0, 0, 0, 0], 0),
        (ORDER, [0, 0, 1, 1], Fraction(4, 6)),
        (ORDER, [2, None, None, None], 0),
        (CLOZE, ["ns.", 1, "٤٠٣٤"], 1),
        (CLOZE, ["خَادِم", 1, "４０３４"], 1),
        (CLOZE, ["NS", 0, None], Fraction(1, 3)),
        (CLOZE, [None, None, "."], 0),
        (replace(CLOZE, minds_case=True), ["ns", 1, None], Fraction(1, 3)),
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


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("\u0633\u064b\u0644\u0652\u0637\u0670\u0629", "\u0633\u0644\u0637\u0629"),
        ("\u0633\u0640\u0640\u0644", "\u0633\u0644"),
        ("a\u064ab\u0653", "a\u064ab\u0653"),
        ("“Zone  file”", "zone file"),
        ("«XX»", "xx"),
        ("x.X !", "x.x"),
        ("٣ ३ 3", "3 3 3"),
        ("½ x", "1⁄2 x"),
    ],
)
def test_what_does_not_count_in_a_text(typed: str, folded: str) -> None:
    assert grading.fold(typed) == folded
    assert grading.fold(folded) == folded


def test_a_text_may_mind_case_and_nothing_else() -> None:
    assert grading.fold(" So.A ") == "so.a"
    assert grading.fold(" So.A ", minds_case=True) == "So.A"
    assert grading.hits(replace(CLOZE, minds_case=True), ["NS", 1, None]) == (True, True, False)
    assert grading.hits(replace(CLOZE, minds_case=True), ["ns", 1, None]) == (False, True, False)


def test_an_open_blank_is_never_right_and_a_missing_one_is_a_fault() -> None:
    odd = replace(CLOZE, blanks=(Blank(("XXXX", "None", "")), Blank(right=1)))
    assert grading.hits(odd, [None, 1]) == (False, True)
    with pytest.raises(ValueError, match="shorter"):
        grading.hits(odd, [None])


def test_one_step_alone_is_right_where_it_stands() -> None:
    """The check refuses it today, but an edition may hold one."""
    only = QuestionWords("en", "One?", options=(OptionText("step"),))
    single = replace(ORDER, words={"en": only})

    assert [grading.mark(single, [place]) for place in (0, None)] == [1, 0]


def test_rows_are_told_one_by_one() -> None:
    assert grading.hits(MATCH, [0, 2, None]) == (True, False, False)
    assert grading.hits(ORDER, [0, 2, 1, 3]) == (True, False, False, True)
    assert grading.hits(CLOZE, ["MX", 1, None]) == (False, True, False)
    assert grading.hits(ONE, [1]) == ()


@given(st.lists(st.none() | st.integers(0, 3), min_size=4, max_size=4))
def test_places_earn_between_nothing_and_everything(places: list[int | None]) -> None:
    share = grading.mark(ORDER, places)

    assert 0 <= share <= 1
    assert (share == 1) is (places == [0, 1, 2, 3])


@given(st.text(max_size=40))
def test_no_text_breaks_the_marking(text: str) -> None:
    for asked in (SOA, EXACT, PORT):
        assert 0 <= grading.mark(asked, [text]) <= 1
    assert 0 <= grading.mark(CLOZE, [text, None, text]) <= 1


@given(st.sets(st.integers(0, 3)))
def test_ticks_earn_between_nothing_and_everything(ticks: set[int]) -> None:
    assert 0 <= grading.mark(MANY, sorted(ticks)) <= 1
