"""What a browser sends becomes what is stored, and comes back as it was shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.content.questions import Blank, OptionText, QuestionKind, QuestionText, QuestionWords
from lms.domain import grading
from lms.web import questions

pytestmark = pytest.mark.once

SIZE = 4
ROWS = {
    QuestionKind.MATCH: 3,
    QuestionKind.ORDER: SIZE,
    QuestionKind.CLOZE: 3,
}
KINDS = [*grading.MARKERS, QuestionKind.ESSAY]
JUNK = st.sampled_from(["", "-1", "99", "x", "٣", "1e3", "0" * 5000, " 1", "0 or 1=1", "²"])
PLACE = st.integers(0, SIZE - 1).map(str)
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def question(kind: QuestionKind) -> QuestionText:
    """Four options; three items; of three blanks the second is a drop-down."""
    words = QuestionWords(
        "en",
        "Which?",
        options=tuple(OptionText(sign) for sign in "abcd"),
        items=("A", "B", "C") if kind is QuestionKind.MATCH else (),
        blanks=((), ("a", "b", "c", "d"), ()) if kind is QuestionKind.CLOZE else (),
    )
    blanks = (Blank(("x",)), Blank(right=0), Blank(("y",))) if words.blanks else ()
    return QuestionText("q", kind, {"en": words}, "en", right=frozenset({0}), blanks=blanks)


@st.composite
def papers(draw: st.DrawFn) -> tuple[QuestionText, list[int], list[list[int]]]:
    """A question as some attempt shows it: the order of its options, and of the choices of its blanks."""
    text = question(draw(st.sampled_from(KINDS)))
    if text.kind is QuestionKind.TRUE_FALSE:
        return text, [0, 1], []
    order = draw(st.permutations(range(SIZE)))
    choices = [[], draw(st.permutations(range(SIZE))), []] if text.blanks else []
    return text, list(order), choices


def form_of(text: QuestionText, shown: list[Any]) -> MultiDict[str, str]:
    """What a browser sends that shows these positions or this text."""
    said = ["" if one is None else str(one) for one in shown]
    if text.kind in ROWS:
        return MultiDict([(f"q-{row}", value) for row, value in enumerate(said)])
    return MultiDict([("q", value) for value in said])


@given(papers(), st.data())
def test_what_is_given_comes_back_as_it_was_shown(
    paper: tuple[QuestionText, list[int], list[list[int]]], data: st.DataObject
) -> None:
    text, order, choices = paper
    if text.kind in questions.TYPED:
        shown: list[Any] = [data.draw(TYPED.map(str.strip).filter(bool))[:90].strip()]
    elif text.kind in questions.CHOSEN:
        several = SIZE if text.kind is QuestionKind.MANY else 1
        shown = data.draw(
            st.lists(st.integers(0, len(order) - 1), unique=True, max_size=several).map(sorted)
        )
    else:
        place = st.none() | st.integers(0, SIZE - 1)
        shown = data.draw(st.lists(place, min_size=ROWS[text.kind], max_size=ROWS[text.kind]))
        for row, one in enumerate(choices):
            if not one:
                shown[row] = data.draw(TYPED.map(str.strip))[:200].strip() or None

    response = questions.given(form_of(text, shown), "q", text, order, choices)
    back = questions.as_shown(text, order, response, choices)

    assert (sorted(back) if text.kind in questions.CHOSEN else back) == shown
    assert questions.given(form_of(text, back), "q", text, order, choices) == response


@given(papers(), st.lists(PLACE | JUNK | TYPED, max_size=6))
def test_whatever_is_sent_can_be_stored_shown_and_marked(
    paper: tuple[QuestionText, list[int], list[list[int]]], sent: list[str]
) -> None:
    text, order, choices = paper
    form = MultiDict([*((f"q-{row}", value) for row, value in enumerate(sent))])
    form.setlist("q", sent)

    response = questions.given(form, "q", text, order, choices)
    back = questions.as_shown(text, order, response, choices)

    assert questions.given(form_of(text, back), "q", text, order, choices) == response
    if text.kind in grading.MARKERS:
        assert 0 <= grading.mark(text, response) <= 1


def test_only_typed_blanks_need_no_order() -> None:
    words = QuestionWords("en", "Fill in", blanks=((),))
    text = QuestionText(
        "q", QuestionKind.CLOZE, {"en": words}, "en", blanks=(Blank(accepted=("NS",)),)
    )

    response = questions.given(MultiDict({"q-0": " NS "}), "q", text, [])

    assert response == ["NS"]
    assert questions.as_shown(text, [], response) == ["NS"]
