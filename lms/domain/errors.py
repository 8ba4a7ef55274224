"""Why a deed was not done. Each carries a sentence for people, translated where it is shown."""

from typing import Any


def _(text: str) -> str:
    """Mark a sentence for translation; the web translates it in the reader's language."""
    return text


class DomainError(Exception):
    """A deed that was refused: a sentence with ``%(name)s`` places, and their values."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class Missing(DomainError):
    """There is no such thing, or not for this person (404)."""


class Denied(DomainError):
    """The person may not do this (403)."""


class SecondStepNeeded(Denied):
    """The role allows it, but this browser has not shown a second step."""


class ProofNeeded(Denied):
    """Whoever sits at this browser must show first that it is still the person."""


class Invalid(DomainError):
    """What was given cannot be used (422); ``field`` names the form's field, "" for none."""

    def __init__(self, sentence: str, *, field: str = "", **values: Any) -> None:
        super().__init__(sentence, **values)
        self.field = field


class Conflict(DomainError):
    """Something else happened first (409)."""


class TooMany(DomainError):
    """Too often in too short a time (429); ``seconds`` until it may be tried again."""

    def __init__(self, sentence: str, *, seconds: int, **values: Any) -> None:
        super().__init__(sentence, **values)
        self.seconds = seconds
