"""The settings each kind of file may have, and reading them with a helpful word on typing slips."""

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any, TypeVar

from lms.content.outline import AwardKind, Show
from lms.content.source import Source
from lms.content.values import (
    attempts,
    closing,
    day,
    due,
    listed,
    opening,
    percentage,
    wait,
    whole,
    yes_or_no,
)

T = TypeVar("T")
LEVELS = ("beginner", "intermediate", "advanced")
COURSE = frozenset(
    [
        "title",
        "summary",
        "language",
        "translations",
        "level",
        "hours",
        "trainer",
        "partners",
        "license",
        "pass",
        "complete",
        "certificate",
        "checked",
        "review",
        "was",
        "strict",
    ]
)
MODULE = frozenset(["title", "goal", "minutes", "was"])
CERTIFICATE = frozenset(["title", "signed_by", "valid"])
GLOSSARY = frozenset({"title"})
PATH = frozenset({"title", "summary", "language", "courses"})
LESSON = frozenset(["title", "kind", "minutes", "required", "after", "checked", "review", "was"])
GRADED = frozenset(
    ["pass", "attempts", "wait", "time", "shuffle", "show", "opens", "closes", "due"]
)
EXAM = frozenset({"from"})
DATED = frozenset({"opens", "closes", "due"})
"""What attendance has of them."""


def check_names(source: Source, known: Collection[str]) -> None:
    """A name that is not known gets "did you mean"."""
    for name, value in source.header.items():
        if name not in known:
            source.report.error(value.line, f"unknown setting '{name}'{did_you_mean(name, known)}")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """``; did you mean 'title'?`` or nothing."""
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def get(source: Source, name: str, read: Callable[[str], T], default: T) -> T:
    """The value of a setting; its default when it is not there or cannot be read (an error)."""
    value = source.header.get(name)
    if value is None:
        return default
    try:
        return read(value.text)
    except ValueError as error:
        shown = value.text[:60]
        source.report.error(value.line, f"'{name}' cannot be '{shown}': {error}")
        return default


def text(source: Source, name: str, default: str = "") -> str:
    """A setting as it was written."""
    value = source.header.get(name)
    return value.text if value else default


def level(value: str) -> str:
    """One of the three."""
    if value not in LEVELS:
        raise ValueError(f"write one of {', '.join(LEVELS)}")
    return value


def award(value: str) -> AwardKind | None:
    """The kind of certificate; None for none at all."""
    wanted = value.casefold()
    if wanted in {"yes", "no"}:
        return AwardKind.COMPLETION if wanted == "yes" else None
    if wanted not in [*AwardKind]:
        raise ValueError(f"write yes, no, or one of {', '.join(AwardKind)}")
    return AwardKind(wanted)


def show(value: str) -> Show:
    """One of the four ways to tell the result."""
    wanted = " ".join(value.casefold().split())
    found = next((member for member in Show if member.value == wanted), None)
    if found is None:
        raise ValueError(f"write one of: {'; '.join(Show)}")
    return found


def names(source: Source, name: str) -> tuple[str, ...]:
    """A list; empty when it is not there."""
    return listed(text(source, name))


READERS: dict[str, Callable[[str], Any]] = {
    "attempts": attempts,
    "wait": wait,
    "time": wait,
    "shuffle": yes_or_no,
    "show": show,
    "opens": opening,
    "closes": closing,
    "due": due,
    "pass": percentage,
    "minutes": whole,
    "required": yes_or_no,
    "checked": day,
    "review": wait,
    "after": listed,
    "was": listed,
}
"""How the settings of a lesson are read."""
