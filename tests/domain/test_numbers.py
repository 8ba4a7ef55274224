"""Numbers of certificates: what is forgiven, and what is found."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain import numbers
from lms.domain.numbers import ALPHABET, Mistyped

pytestmark = pytest.mark.once

NUMBER = "7K3M9QXF2WT" + numbers.check("7K3M9QXF2WT")

bodies = st.text(ALPHABET, min_size=11, max_size=11)
whole = bodies.map(lambda body: body + numbers.check(body))


def test_a_new_number_is_well_formed_and_never_the_same() -> None:
    made = {numbers.new() for _ in range(500)}

    assert len(made) == 500
    assert {numbers.read(number) for number in made} == made


def test_the_check_is_luhns() -> None:
    assert numbers.check("00000000000") == "0"
    assert numbers.check("00000000001") == "Y"  # 1 counts twice: 30 is missing to 32
    assert numbers.check("00000000010") == "Z"
    assert numbers.check("0000000000Z") == "1"  # 62 is 1 × 32 + 30, so 31


@given(whole, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_every_wrong_sign_is_found(number: str, place: int, sign: str) -> None:
    if sign != number[place]:
        with pytest.raises(Mistyped, match="seems mistyped"):
            numbers.read(number[:place] + sign + number[place + 1 :])


@given(whole, st.integers(0, 10))
def test_every_swap_of_neighbours_is_found_but_for_the_one_that_luhn_cannot_see(
    number: str, place: int
) -> None:
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    if pair[0] == pair[1] or set(pair) == {"0", "Z"}:
        assert numbers.read(swapped) == swapped
    else:
        with pytest.raises(Mistyped, match="seems mistyped"):
            numbers.read(swapped)


@given(whole)
def test_what_is_shown_can_be_read(number: str) -> None:
    assert numbers.read(numbers.show(number)) == number
    assert numbers.read(numbers.show(number).lower()) == number


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m-9qxf-2wt{}",
        "  7K3M 9QXF 2WT{} ",
        "7K3M—9QXF‑2WT{}",  # dashes of a word processor
        "\u200e7K3M-9QXF-2WT{}\u200e",  # marks that come along from an Arabic page
        "７Ｋ３Ｍ９ＱＸＦ２ＷＴ{}",  # full width
        "٧K٣M-٩QXF-٢WT{}",  # Arabic digits
        "۷K۳M-۹QXF-۲WT{}",  # Persian digits
        "https://learn.npoc.example/c/7K3M9QXF2WT{}",
        "learn.npoc.example/ar/c/7K3M9QXF2WT{}/",
    ],
)
def test_what_people_type_is_forgiven(typed: str) -> None:
    assert numbers.read(typed.format(NUMBER[-1])) == NUMBER


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    number = "01100110011" + numbers.check("01100110011")
    assert numbers.read("OIL-ooil-ooil"[:12] + "i" + number[-1]) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "A number has twelve letters and digits; this one has 0."),
        ("7K3M", "A number has twelve letters and digits; this one has 4."),
        (NUMBER + "7", "A number has twelve letters and digits; this one has 13."),
        ("U" + NUMBER[1:], "The sign “U” is in no number."),
        ("7K3M9QXF2W%7", "The sign “%” is in no number."),
        ("字" * 12, "The sign “字” is in no number."),
    ],
)
def test_what_cannot_be_a_number_is_said(typed: str, sentence: str) -> None:
    with pytest.raises(Mistyped) as caught:
        numbers.read(typed)

    assert str(caught.value) == sentence
    assert caught.value.field == "number"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Mistyped):
        assert len(numbers.read(text)) == 12
