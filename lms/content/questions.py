"""What a question is: its type, its key, and its words in each language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class QuestionKind(StrEnum):
    """How a question is answered; the value is stored with each answer and never changes."""

    ONE = "one"
    MANY = "many"
    TRUE_FALSE = "true-false"
    TEXT = "text"
    NUMBER = "number"
    MATCH = "match"
    ORDER = "order"
    CLOZE = "cloze"
    ESSAY = "essay"
    UPLOAD = "upload"
    ZONE = "zone"
    WALK = "walk"
    CHAIN = "chain"


@dataclass(frozen=True, slots=True)
class OptionText:
    """One option: inline Markdown, and the feedback for who chose it ("" when there is none)."""

    text: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Accepted numbers, both ends included."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a cloze: typed, or a drop-down.

    accepted: of all languages; right: the position of the right choice, from 0.
    """

    accepted: tuple[str, ...] = ()
    right: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of a rubric: ``Name (0-4): what earns it``."""

    name: str
    low: int
    high: int
    earns: str


@dataclass(frozen=True, slots=True)
class EssayRule:
    """Bounds in words; peers: how many review one essay; give: how many one learner reviews."""

    least: int | None = None
    most: int | None = None
    peers: int = 0
    give: int = 0


@dataclass(frozen=True, slots=True)
class UploadRule:
    """Endings without the dot, lower case; the size in bytes."""

    endings: tuple[str, ...]
    most_bytes: int


@dataclass(frozen=True, slots=True)
class LabText:
    """A lab as it was written: blocks by name (zone, check, solution) or settings (world, find, name, break)."""

    blocks: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question in one language. All texts are Markdown; options keep the order of the file.

    options: one and many: the options; order: the items in the right order; match: the right-hand
    sides, distractors last; true/false: empty, or both without words when there is feedback (the platform
    supplies the words, 0 is true, 1 is false).
    items: match: the left-hand sides; items[i] belongs to options[i].
    blanks: cloze: the choices of each blank, () where it is typed; body holds ``\\ue000N\\ue001`` for blank N.
    """

    language: str
    prompt: str
    body: str = ""
    options: tuple[OptionText, ...] = ()
    items: tuple[str, ...] = ()
    blanks: tuple[tuple[str, ...], ...] = ()
    hints: tuple[str, ...] = ()
    explanation: str = ""
    rubric: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question of an edition: the key (from the source language only) and the words in each language.

    right: one, many, true/false: positions in the source order that are right (true/false: 0 true, 1 false).
    pool: the id of the level-1 heading above it, "" when there is none.
    """

    id: str
    kind: QuestionKind
    words: Mapping[str, QuestionWords]
    language: str
    points: int = 1
    pool: str = ""
    right: frozenset[int] = frozenset()
    accepted: tuple[str, ...] = ()
    minds_case: bool = False
    ranges: tuple[NumberRange, ...] = ()
    blanks: tuple[Blank, ...] = ()
    essay: EssayRule | None = None
    upload: UploadRule | None = None
    lab: LabText | None = None
    graded: bool = True
    path: str = ""
    line: int = 0

    def say(self, language: str) -> QuestionWords:
        """The words in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]


@dataclass(frozen=True, slots=True)
class Wait:
    """A length of time as it was written (for people) and as it counts."""

    written: str
    length: timedelta
