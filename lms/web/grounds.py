"""Where the files of a course lie, in an edition or in a draft: what their texts may show and lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from flask import url_for

from lms.content import pictures
from lms.content.markdown import Picture
from lms.content.outline import CourseText, LessonText
from lms.database import db
from lms.domain import catalogue
from lms.domain.catalogue import EditionName
from lms.models import Edition


class Ground(Protocol):
    """An edition or a draft: everything in it follows from the digest of its tree."""

    @property
    def slug(self) -> str:
        """The short name of the course."""
        ...

    @property
    def digest(self) -> str:
        """What tells it apart."""
        ...

    def text(self) -> CourseText:
        """What the course says there."""
        ...

    def digests(self) -> Mapping[str, str]:
        """Its files."""
        ...

    def address_of(self, path: str, digest: str) -> str:
        """Where a file is sent from."""
        ...

    def lesson_address(self, lesson: LessonText, language: str) -> str:
        """The page of a lesson."""
        ...

    def course_address(self, language: str) -> str:
        """The page of the course."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """An edition, for everybody."""

    slug: str
    edition: EditionName

    @property
    def digest(self) -> str:
        """Of its tree."""
        return self.edition.digest

    def text(self) -> CourseText:
        """Parsed once a process."""
        return catalogue.text_of(self.edition)

    def digests(self) -> Mapping[str, str]:
        """Read once a process."""
        return _digests(self.edition.id, self.edition.digest)

    def address_of(self, path: str, digest: str) -> str:
        """The same bytes for ever."""
        return url_for("media.picture", slug=self.slug, digest=digest, path=path)

    def lesson_address(self, lesson: LessonText, language: str) -> str:
        """Where learners read it."""
        module, name = lesson.slug.split("/")
        return url_for("learn.lesson", lang=language, slug=self.slug, module=module, name=name)

    def course_address(self, language: str) -> str:
        """Its page in the catalogue."""
        return url_for("learn.course", lang=language, slug=self.slug)


def picture(ground: Ground, path: str) -> Picture | None:
    """A picture with its size; None where there is no such file."""
    digest = ground.digests().get(path)
    if digest is None:
        return None
    size, knows_dark = _look(digest)
    width, height = size or (None, None)
    return Picture(ground.address_of(path, digest), width, height, knows_dark)


def link(ground: Ground, path: str, language: str) -> str | None:
    """Another lesson, or a file of the course; lessons are linked by the name of their file."""
    for lesson in ground.text().lessons:
        if lesson.path == path:
            return ground.lesson_address(lesson, language)
    digest = ground.digests().get(path)
    if digest is None or path.endswith(".md"):
        return ground.course_address(language) if digest else None
    return ground.address_of(path, digest)


@lru_cache(maxsize=64)
def _digests(edition_id: int, _digest: str) -> Mapping[str, str]:
    """The files of an edition; its digest tells apart editions of different databases."""
    return catalogue.tree_of(db.session.get_one(Edition, edition_id)).digests


@lru_cache(maxsize=4096)
def _look(digest: str) -> tuple[tuple[int, int] | None, bool]:
    """Width and height, and whether the picture has colours of its own for dark pages."""
    data = catalogue.bytes_of(digest)
    return pictures.size_of(data), b"prefers-color-scheme" in data
