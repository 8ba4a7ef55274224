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


def answer_all(page: Page, *, well: bool, course: Path = COURSE) -> None:
    """Fill in every question of the attempt on this page."""
    for field in page.locator("fieldset.question").all():
        answer(field, known(course)[bare(prompt_of(field))], well=well)


def answer(field: Locator, question: QuestionText, *, well: bool) -> None:
    """Fill in one question."""
    if question.kind in {QuestionKind.TEXT, QuestionKind.NUMBER}:
        field.locator("input").fill(typed(question) if well else "zzz")
    elif question.kind is QuestionKind.MATCH:
        match(field, question, well=well)
    elif question.kind is QuestionKind.ORDER:
        arrange(field, question, well=well)
    elif question.kind is QuestionKind.CLOZE:
        fill_in(field, question, well=well)
    else:
        choose(field, question, well=well)


def match(field: Locator, question: QuestionText, *, well: bool) -> None:
    """Beside each item its partner, or the next one's."""
    options = len(question.words[question.language].options)
    for item, select in enumerate(field.locator("select").all()):
        pick(select, said(question, item if well else (item + 1) % options))


def arrange(field: Locator, question: QuestionText, *, well: bool) -> None:
    """Each step in its place, the first first; or the other way round."""
    steps = len(question.words[question.language].options)
    rows = {
        bare(row.locator("label").inner_text()): str(row.locator("select").get_attribute("id"))
        for row in field.locator("li").all()
        if row.locator("select").count()
    }
    for place in range(steps):
        names = said(question, place if well else steps - 1 - place)
        name = next(name for name in rows if name in names)
        field.locator(f"[id='{rows[name]}']").select_option(index=place + 1)


def fill_in(field: Locator, question: QuestionText, *, well: bool) -> None:
    """Type or choose in each blank."""
    for n, blank in enumerate(question.blanks):
        place = field.locator(f"[name$='-{n}']")
        if blank.right is None:
            place.fill(blank.accepted[0] if well else "zzz")
        else:
            choices = [words.blanks[n] for words in question.words.values()]
            chosen = blank.right if well else (blank.right + 1) % len(choices[0])
            pick(place, {bare(one[chosen]) for one in choices})


def pick(select: Locator, names: set[str]) -> None:
    """Choose the option that reads like one of these."""
    texts = [bare(text) for text in select.locator("option").all_inner_texts()]
    select.select_option(index=next(n for n, text in enumerate(texts) if text in names))


def said(question: QuestionText, option: int) -> set[str]:
    """What this option says, in every language."""
    return {bare(words.options[option].text) for words in question.words.values()}


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
def known(course: Path) -> dict[str, QuestionText]:
    """Every question of a course by its prompt, in every language."""
    text, _problems = read_course(from_folder(course))
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
