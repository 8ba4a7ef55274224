"""From what a course says to HTML: texts with their pictures, links and terms, rendered once an edition."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, groupby
from types import MappingProxyType

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from lms.content.markdown import Labels, Surroundings
from lms.content.outline import LessonText, SectionText, TermText
from lms.content.questions import QuestionKind, QuestionText
from lms.domain.catalogue import EditionName
from lms.domain.learning import drawing
from lms.models import Course, Edition
from lms.web import grounds, language, questions
from lms.web.feedback import MARKERS, has_answer
from lms.web.grounds import Ground, Published
from lms.web.markup import Page, Remembering
from lms.web.questions import ShownQuestion

Part = SectionText | QuestionText
NO_TERMS: Mapping[str, TermText] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading with its text, or a practice question (then ``html`` is empty)."""

    html: Markup
    question: ShownQuestion | None = None
    id: str = ""
    name: str = ""
    practised: bool = False
    has_answer: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces that follow each other in one language."""

    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a course, and whose page it is rendered for: all that its HTML depends on."""

    slug: str
    digest: str
    path: str
    language: str
    ground: Ground = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Text:
    """The parts of a file; they follow from the file."""

    file: File
    parts: Sequence[Part] = field(compare=False)


# --- pages --------------------------------------------------------------------------------------


def stretches(
    course: Course, edition: Edition, path: str, parts: Sequence[Part]
) -> tuple[Stretch, ...]:
    """The text of one file in the reader's language, else in its own, with practice questions."""
    return _stretches(_Text(_file(course, edition, path), parts))


def stretches_on(ground: Ground, path: str, parts: Sequence[Part]) -> tuple[Stretch, ...]:
    """The same of a file that may change with the next key: nothing of it is kept."""
    return _stretches.__wrapped__(_Text(_file_on(ground, path), parts))


def page_on(ground: Ground, path: str, glossary: Mapping[str, TermText] = NO_TERMS) -> Page:
    """What renders other texts of such a file."""
    return Page(_around(_file_on(ground, path), language.current(), glossary))


def intro(course: Course, edition: Edition, lesson: LessonText) -> Markup:
    """What a quiz says before its first heading; in the source language where it is not translated."""
    first = [part for part in lesson.parts[:1] if isinstance(part, SectionText) and not part.level]
    page = page_for(course, edition, lesson.path)
    return Markup().join(page.block(part.say(language.current()).body) for part in first)


def page_for(course: Course, edition: Edition, path: str) -> Page:
    """What renders the questions of one file; glossary terms are plain words in questions."""
    return _page(_file(course, edition, path))


def plain(text: str) -> Markup:
    """A text of our own, in English."""
    nothing = Surroundings("en", "", {}, picture=lambda _path: None, link=lambda _path: None)
    return Page(nothing).block(text)


def practice_order(edition: Edition | Ground, question: QuestionText) -> list[int]:
    """Source positions of the options as practice shows them: always the same, and telling nothing."""
    if question.kind is QuestionKind.TRUE_FALSE:
        return [0, 1]
    size = len(question.words[question.language].options)
    orders = (_shuffled(edition, question, f"{turn} ", size) for turn in count())
    return next(order for order in orders if not drawing.tells_all(question, order))


def practice_blanks(edition: Edition | Ground, question: QuestionText) -> list[list[int]]:
    """The same for the choices of each blank; [] where one types."""
    choices = question.words[question.language].blanks
    return [_shuffled(edition, question, f"blank {n} ", len(one)) for n, one in enumerate(choices)]


def _shuffled(edition: Edition | Ground, question: QuestionText, part: str, size: int) -> list[int]:
    key = str(current_app.config["SECRET_KEY"]).encode()
    name = f"{edition.digest} {question.path}#{question.id} {part}"
    return sorted(range(size), key=lambda at: hmac.digest(key, f"{name}{at}".encode(), "sha256"))


def practice_name(number: int) -> str:
    """The name of a practice question's inputs, by its place in the lesson from 0."""
    return f"q{number + 1}"


def heading_levels(levels: Sequence[int]) -> list[int]:
    """Levels as written → levels on a page whose title is 1: none is skipped."""
    above: list[int] = []
    shifted = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        shifted.append(min(len(above) + 1, 6))
    return shifted


# --- rendering ----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _page(file: File) -> Page:
    """Remembers its texts: every attempt at a quiz shows the same ones."""
    return Remembering(_around(file, file.language, {}))


@lru_cache(maxsize=1024)
def _stretches(text: _Text) -> tuple[Stretch, ...]:
    explained: set[str] = set()
    written = [part.level if isinstance(part, SectionText) else 0 for part in text.parts]
    levels = iter(heading_levels([level for level in written if level]))
    titles = [next(levels) if level else 0 for level in written]
    numbers = count()
    found = []
    for spoken, group in groupby(
        zip(text.parts, titles, strict=True),
        key=lambda pair: pair[0].say(text.file.language).language,
    ):
        writer = _Writer(text.file, spoken, explained)
        pieces = [
            writer.section(part, title)
            if isinstance(part, SectionText)
            else writer.practice(part, next(numbers))
            for part, title in group
        ]
        found.append(Stretch(spoken, tuple(pieces)))
    return tuple(found)


class _Writer:
    """Renders the parts that follow each other in one language."""

    def __init__(self, file: File, spoken: str, explained: set[str]) -> None:
        self.ground = file.ground
        self.spoken = spoken
        self.explaining = Page(_around(file, spoken, file.ground.text().glossary), explained)
        self.plain = Page(_around(file, spoken, {}))

    def section(self, part: SectionText, title: int) -> Piece:
        """A heading (h2 … h6; 0 for none) and the text below it."""
        words = part.say(self.spoken)
        body = self.explaining.block(words.body)
        if not title:
            return Piece(body)
        heading = Markup('<h{0} id="{1}">{2}</h{0}>').format(
            title, part.id, self.plain.inline(words.heading)
        )
        return Piece(heading + body)

    def practice(self, text: QuestionText, number: int) -> Piece:
        """A question; nothing of its answer."""
        order = practice_order(self.ground, text)
        return Piece(
            Markup(),
            question=questions.shown(
                text,
                order,
                self.plain,
                number=number + 1,
                blanks=practice_blanks(self.ground, text),
            ),
            id=text.id,
            name=practice_name(number),
            practised=text.kind in MARKERS,
            has_answer=has_answer(text),
        )


def _file(course: Course, edition: Edition, path: str) -> File:
    name = EditionName(edition.id, edition.digest)  # outlives the row, which ends with the request
    return _file_on(Published(course.slug, name), path)


def _file_on(ground: Ground, path: str) -> File:
    return File(ground.slug, ground.digest, path, language.current(), ground)


def _around(file: File, spoken: str, glossary: Mapping[str, TermText]) -> Surroundings:
    """What a text in this language may refer to; words of ours in it are in its language, too."""
    return Surroundings(
        language=spoken,
        path=file.path,
        glossary=glossary,
        picture=lambda path: grounds.picture(file.ground, path),
        link=lambda path: grounds.link(file.ground, path, file.language),
        labels=_labels(spoken),
    )


def _labels(spoken: str) -> Labels:
    with force_locale(spoken if spoken in language.LANGUAGES else language.current()):
        return Labels(
            note=_("Note"),
            warning=_("Careful"),
            example=_("Example"),
            table=_("Table"),
            footnotes=_("Notes"),
            back=_("Back to the text"),
        )
