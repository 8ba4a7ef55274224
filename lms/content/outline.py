"""What the files of a course mean: CourseText > ModuleText > LessonText, each in its languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from lms.content.questions import QuestionText, Wait


class LessonKind(StrEnum):
    """What a lesson is; the value appears in URLs of exports and never changes."""

    PAGE = "page"
    QUIZ = "quiz"
    EXAM = "exam"
    LAB = "lab"
    ASSIGNMENT = "assignment"
    SURVEY = "survey"
    ATTENDANCE = "attendance"


class Show(StrEnum):
    """What the result page tells after an attempt."""

    NOTHING = "nothing"
    SCORE = "score"
    AFTER_PASSING = "score, then answers after passing"
    AFTER_LAST = "score, then answers after the last attempt"


@dataclass(frozen=True, slots=True)
class Words:
    """Title and running text in one language (Markdown). ``summary``: course; ``goal``: module."""

    language: str
    title: str
    summary: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class SectionWords:
    """One heading and the Markdown below it, down to the next heading; heading "" before the first."""

    language: str
    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class SectionText:
    """A piece of running text that pairs up across languages by its id ("" before the first heading)."""

    id: str
    level: int
    words: Mapping[str, SectionWords]
    language: str
    draw: int | None = None
    line: int = 0

    def say(self, language: str) -> SectionWords:
        """The words in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]


@dataclass(frozen=True, slots=True)
class PoolText:
    """A level-1 heading of a quiz or exam: ``draw`` of its questions, None for all."""

    id: str
    draw: int | None = None


@dataclass(frozen=True, slots=True)
class DrawText:
    """One entry of an exam's ``from``: lesson slug ("" = this file) and how many (None = all)."""

    lesson: str
    count: int | None


@dataclass(frozen=True, slots=True)
class QuizRules:
    """The settings of a quiz, exam, lab or assignment; of attendance its dates.

    pass_mark 0..1; attempts None = unlimited; due counts from the enrolment's start.
    """

    pass_mark: Fraction = Fraction(80, 100)
    attempts: int | None = None
    wait: Wait | None = None
    time: Wait | None = None
    shuffle: bool = True
    show: Show = Show.AFTER_PASSING
    opens: datetime | None = None
    closes: datetime | None = None
    due: Wait | datetime | None = None
    draws: tuple[DrawText, ...] = ()

    @property
    def has_dates(self) -> bool:
        """Whether what they allow changes as time goes by."""
        return any((self.wait, self.opens, self.closes, self.due))


@dataclass(frozen=True, slots=True)
class LessonText:
    """One lesson of an edition. slug is ``module/lesson`` without numbers; path is the source file."""

    slug: str
    kind: LessonKind
    path: str
    language: str
    words: Mapping[str, Words]
    parts: tuple[SectionText | QuestionText, ...] = ()
    pools: tuple[PoolText, ...] = ()
    rules: QuizRules = field(default_factory=QuizRules)
    minutes: int | None = None
    required: bool = True
    after: tuple[str, ...] = ()
    checked: date | None = None
    review: Wait | None = None
    was: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[QuestionText, ...]:
        """Its questions in the order of the file."""
        return tuple(part for part in self.parts if isinstance(part, QuestionText))

    @property
    def is_asked(self) -> bool:
        """Whether it is done by handing in answers, not by the Done button."""
        return self.kind is LessonKind.SURVEY or self.is_graded

    @property
    def has_button(self) -> bool:
        """Whether learners say themselves that it is done; that they were there, others confirm."""
        return not self.is_asked and self.kind is not LessonKind.ATTENDANCE

    @property
    def is_graded(self) -> bool:
        """Whether it is done by passing, not by the Done button; an assignment may ask nothing."""
        if self.kind is LessonKind.ASSIGNMENT:
            return bool(self.questions)
        return self.kind in {LessonKind.QUIZ, LessonKind.EXAM}

    def say(self, language: str) -> Words:
        """Title in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A folder of lessons; slug without its number."""

    slug: str
    folder: str
    language: str
    words: Mapping[str, Words]
    lessons: tuple[LessonText, ...]
    minutes: int | None = None
    was: tuple[str, ...] = ()

    def say(self, language: str) -> Words:
        """Title and goal in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]


@dataclass(frozen=True, slots=True)
class TermWords:
    """A glossary entry in one language: ``DNS``, ``Domain Name System``, meaning (Markdown)."""

    language: str
    term: str
    long_form: str
    meaning: str

    @property
    def title(self) -> str:
        """``DNS (Domain Name System)``, or the term alone."""
        return f"{self.term} ({self.long_form})" if self.long_form else self.term


@dataclass(frozen=True, slots=True)
class TermText:
    """A glossary entry, paired across languages by its id."""

    id: str
    words: Mapping[str, TermWords]
    language: str

    def say(self, language: str) -> TermWords:
        """The entry in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a certificate."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """The wording in one language; statement is Markdown with {course}, {hours}, {score}, {name}."""

    language: str
    title: str
    statement: str
    signatories: tuple[Signatory, ...] = ()


class AwardKind(StrEnum):
    """What ``certificate:`` in course.md says that its holder did; ``yes`` means the first."""

    COMPLETION = "completion"
    ACHIEVEMENT = "achievement"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class CertificateText:
    """certificate.md: wording, signatories, and how long it is valid (None = for ever)."""

    language: str
    words: Mapping[str, CertificateWords] = field(default_factory=dict)
    valid: Wait | None = None
    award: AwardKind = AwardKind.COMPLETION


class Requires(StrEnum):
    """The kinds of things that ``complete:`` may ask for."""

    ALL_LESSONS = "all lessons"
    EXAM = "exam"
    ASSIGNMENT = "assignment reviewed"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of ``complete:``; score 0..1 goes with an exam (None: its own pass mark)."""

    kind: Requires
    score: Fraction | None = None


@dataclass(frozen=True, slots=True)
class CourseText:
    """A whole course as one edition says it. ``languages``: the source first, then translations."""

    language: str
    languages: tuple[str, ...]
    words: Mapping[str, Words]
    parts: tuple[SectionText, ...]
    modules: tuple[ModuleText, ...]
    glossary: Mapping[str, TermText] = field(default_factory=dict)
    certificate: CertificateText | None = None
    complete: tuple[Requirement, ...] = (Requirement(Requires.ALL_LESSONS),)
    level: str = ""
    hours: str = ""
    trainers: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    license: str = ""
    pass_mark: Fraction = Fraction(80, 100)
    checked: date | None = None
    review: Wait | None = None
    was: tuple[str, ...] = ()

    @property
    def lessons(self) -> tuple[LessonText, ...]:
        """All lessons in reading order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def has_meetings(self) -> bool:
        """Whether one has to be somewhere for any of its lessons."""
        return any(lesson.kind is LessonKind.ATTENDANCE for lesson in self.lessons)

    def lesson(self, slug: str) -> LessonText | None:
        """The lesson with this slug (``module/lesson``)."""
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def say(self, language: str) -> Words:
        """Title and summary in this language, else in the source language."""
        return self.words.get(language) or self.words[self.language]
