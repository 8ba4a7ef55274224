"""Answers a quiz in the browser as somebody would who knows the course, or as somebody who does not."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import Locator, Page

from lms.content.archive import from_folder
from lms.content.check import read_course
from lms.content.questions import QuestionKind, QuestionText

COURSE = Path(__file__).parent.parent.parent / "courses" / "keeping-your-domain-name"


def answer_all(page: Page, *, well: bool) -> None:
    """Fill in every question of the attempt on this page."""
    for field in page.locator("fieldset.question").all():
        question = known()[bare(prompt_of(field))]
        if question.kind in {QuestionKind.TEXT, QuestionKind.NUMBER}:
            field.locator("input").fill(typed(question) if well else "zzz")
        else:
            choose(field, question, well=well)


def choose(field: Locator, question: QuestionText, *, well: bool) -> None:
    """Tick what is right, or exactly what is not."""
    right = {bare(text) for text in right_options(question)}
    for option in field.locator(".option").all():
        is_right = bare(option.locator("label").inner_text()) in right
        if is_right is well:
            option.locator("label").click()
            if question.kind is not QuestionKind.MANY:
                return


def right_options(question: QuestionText) -> Iterator[str]:
    """The texts of the right options, in every language."""
    if question.kind is QuestionKind.TRUE_FALSE:
        yield from ("True", "صحيح") if 0 in question.right else ("False", "خطأ")
    for words in question.words.values():
        yield from (option.text for n, option in enumerate(words.options) if n in question.right)


def typed(question: QuestionText) -> str:
    """An accepted answer."""
    return question.accepted[0] if question.accepted else str(question.ranges[0].low)


def prompt_of(field: Locator) -> str:
    """The question without its number and points."""
    legend = field.locator("legend")
    return legend.inner_text().removeprefix(legend.locator("small").first.inner_text())


@cache
def known() -> dict[str, QuestionText]:
    """Every question of the shipped course by its prompt, in every language."""
    text, _problems = read_course(from_folder(COURSE))
    assert text is not None
    return {
        bare(words.prompt): question
        for lesson in text.lessons
        for question in lesson.questions
        for words in question.words.values()
    }


def bare(text: str) -> str:
    """Letters and digits only: what is left when Markdown became HTML and was read again."""
    text = re.sub(r"\[\[(?:[^]|]*\|)?([^]]*)\]\]|\[([^]]*)\]\([^)]*\)", r"\1\2", text)
    return re.sub(r"[\W_]+", "", text).casefold()
