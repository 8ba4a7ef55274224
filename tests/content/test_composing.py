"""A filled form becomes a question that the check reads as it was meant."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.check import describe, read_course
from lms.content.composing import Row, Wish, fault_of, written
from lms.content.questions import QuestionKind, QuestionText
from lms.content.tree import CourseTree

K = QuestionKind
WISHES = {
    "one right answer, 2 options, feedback on one": Wish(
        K.ONE,
        "Who?",
        text="Read first:\n\n- the list\n\nThen answer.",
        rows=[Row("A registry", "Right.", right=True), Row(""), Row("A » b >> c")],
        hint="Think\nagain.",
        explanation="They keep it.\n\nAlways.",
        points=2,
    ),
    "2 right answers to tick, 3 options": Wish(
        K.MANY, "Which?", rows=[Row("a", right=True), Row("b", right=True), Row("c")]
    ),
    "true or false, true is right": Wish(K.TRUE_FALSE, "So?", rows=[Row("", right=True)]),
    "true or false, false is right, feedback on one": Wish(
        K.TRUE_FALSE, "So?", rows=[Row("", "No, alone.")]
    ),
    "typed text, 2 accepted": Wish(
        K.TEXT, "Which record?", accepted=["SOA", "", "start of authority"], minds_case=True
    ),
    "typed text, one accepted": Wish(K.TEXT, "Which port?", accepted=["53"]),
    "a number": Wish(K.NUMBER, "How many?", accepted=["3600"], around="5%"),
    "2 pairs, 1 distractor": Wish(
        K.MATCH,
        "Pair them.",
        rows=[Row("other"), Row("where mail goes", left="MX"), Row("address", left="A")],
    ),
    "3 steps to put in order, feedback on one": Wish(
        K.ORDER, "In which order?", rows=[Row("one", "First."), Row("two"), Row("three")]
    ),
    "2 blanks": Wish(
        K.CLOZE, "Fill in.", text="An [[NS | name server]], a [[(DS) | MX]].", explanation="So."
    ),
    "an essay for a person to mark": Wish(
        K.ESSAY, "Why?", length="50-100", rubric=["- Clear (0-4): it is", "", "Short (0-2): too"]
    ),
    "a file for a person to mark": Wish(K.UPLOAD, "Hand it in.", endings="pdf, odt", megabytes="5"),
}


def read(markdown: str) -> QuestionText:
    """The question in it, without any problem."""
    files = {
        "course.md": "---\ntitle: C\nlanguage: en\n---\n",
        "m/quiz.md": f"---\ntitle: Q\n---\n\n{markdown}",
    }
    text, problems = read_course(CourseTree.of({p: s.encode() for p, s in files.items()}))
    assert not problems, problems
    assert text is not None
    return text.lessons[0].questions[0]


@pytest.mark.parametrize("said", WISHES)
def test_every_type_is_read_as_it_was_filled_in(said: str) -> None:
    wish = WISHES[said]
    assert fault_of(wish) == ""
    question = read(written(wish))
    assert describe(question) == said
    assert (question.kind, question.points) == (wish.kind, wish.points)
    assert question.minds_case is wish.minds_case


def test_an_id_is_never_one_that_is_there() -> None:
    assert "{#who-2 points=2}" in written(
        replace(next(iter(WISHES.values())), prompt="Who?"), {"who"}
    )


def test_an_essay_without_a_length_has_none() -> None:
    question = read(written(Wish(K.ESSAY, "Why?")))
    assert question.essay is not None
    assert question.essay.most is None


@pytest.mark.parametrize(
    ("wish", "fault"),
    [
        (Wish(K.ONE, "", rows=[Row("a", right=True), Row("b")]), "the question has no text"),
        (Wish(K.ONE, "Who?", rows=[Row("a"), Row("b")]), "no option is marked right"),
        (Wish(K.ONE, "Who?"), "the question has no answers"),
        (Wish(K.CLOZE, "Fill in.", text="No blank."), "the question has no answers"),
        (Wish(K.ESSAY, "Why?", length="many"), "write an essay's length"),
        (Wish(K.NUMBER, "How?", accepted=["some"]), "read as something else"),
        (Wish(K.ORDER, "How?", rows=[Row("a"), Row("b")], text="1. x"), "read as something else"),
        (Wish(K.ORDER, "How?", rows=[Row("a"), Row("b")], text="## ? x"), "has no answers"),
        (Wish(K.TEXT, "How?", accepted=["b"], text="- = a\n\n## ? x {#x}"), "something else"),
    ],
)
def test_what_would_be_read_differently_is_said(wish: Wish, fault: str) -> None:
    assert fault in fault_of(wish)


def test_a_survey_has_no_right_answers() -> None:
    wish = Wish(K.ONE, "How?", rows=[Row("good"), Row("bad")])
    assert fault_of(wish, graded=False) == ""


def test_what_the_check_only_wonders_about_is_no_fault() -> None:
    assert fault_of(Wish(K.TEXT, "Which sign?", accepted=["a >> b"])) == ""


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(sorted(K)[:9]))
def test_no_text_breaks_it(prompt: str, option: str, kind: QuestionKind) -> None:
    if kind in WISHES_OF:
        wish = replace(WISHES_OF[kind], prompt=prompt, rows=[Row(option, right=True), Row("b")])
        if not fault_of(wish):
            assert read(written(wish)).kind is kind


WISHES_OF = {wish.kind: wish for wish in WISHES.values()}
