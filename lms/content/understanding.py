"""What the check understood of a question, as facts: "one right answer, 3 options, feedback on 2"."""

from dataclasses import dataclass

from lms.content.questions import QuestionKind, QuestionText


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in English, for one and for many; whoever shows it may translate both. num: how many."""

    one: str
    many: str
    num: int = 1

    def __str__(self) -> str:
        return (self.one if self.num == 1 else self.many) % {"num": self.num}


def ngettext(one: str, many: str, num: int = 1) -> Fact:
    """Mark the words for translation."""
    return Fact(one, many, num)


def facts(question: QuestionText) -> tuple[Fact, ...]:
    """All that was understood, the kind of answer first."""
    options = question.words[question.language].options
    fed = sum(bool(option.feedback) for option in options)
    more = [ngettext("feedback on one", "feedback on %(num)d", fed)] if fed else []
    return (*_answers(question), *more)


def _answers(question: QuestionText) -> list[Fact]:
    words = question.words[question.language]
    size, pairs = len(words.options), len(words.items)
    match question.kind:
        case QuestionKind.ONE | QuestionKind.MANY:
            return [_choice(question), ngettext("%(num)d option", "%(num)d options", size)]
        case QuestionKind.TRUE_FALSE if 0 in question.right:
            return [_("true or false, true is right")]
        case QuestionKind.TRUE_FALSE:
            return [_("true or false, false is right")]
        case QuestionKind.TEXT:
            count = len(question.accepted)
            return [ngettext("typed text, one accepted", "typed text, %(num)d accepted", count)]
        case QuestionKind.NUMBER:
            return [_("a number")]
        case QuestionKind.MATCH:
            more = size - pairs
            return [
                ngettext("%(num)d pair", "%(num)d pairs", pairs),
                ngettext("%(num)d distractor", "%(num)d distractors", more),
            ]
        case QuestionKind.ORDER:
            return [ngettext("%(num)d step to put in order", "%(num)d steps to put in order", size)]
        case QuestionKind.CLOZE:
            return [ngettext("%(num)d blank", "%(num)d blanks", len(question.blanks))]
        case _:
            return [BY_HAND[question.kind]]


def _choice(question: QuestionText) -> Fact:
    right = len(question.right)
    if not question.graded or not right:
        return _("no right answer")
    if question.kind is QuestionKind.MANY:
        return ngettext("one right answer to tick", "%(num)d right answers to tick", right)
    return ngettext("one right answer", "any of %(num)d right answers", right)


def _(words: str) -> Fact:
    """Mark words for translation that are the same for any number."""
    return Fact(words, words)


BY_HAND = {
    QuestionKind.ESSAY: _("an essay for a person to mark"),
    QuestionKind.UPLOAD: _("a file for a person to mark"),
    QuestionKind.ZONE: _("a lab (zone)"),
    QuestionKind.WALK: _("a lab (walk)"),
    QuestionKind.CHAIN: _("a lab (chain)"),
}
