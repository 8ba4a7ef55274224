"""A page in its languages: the address that counts, and the others, for search engines."""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.content.outline import CourseText, LessonText
from lms.web import language
from lms.web.theme import public_url_for


@dataclass(frozen=True, slots=True)
class Versions:
    """Absolute addresses by language code; ``default``: the one in the page's own language."""

    addresses: dict[str, str]
    default: str

    @property
    def canonical(self) -> str:
        """This page, or the version in its own language when this is only that, shown elsewhere."""
        return self.addresses.get(language.current(), self.default)

    @property
    def others(self) -> dict[str, str]:
        """Code → address of every version; nothing when there is only one."""
        return self.addresses if len(self.addresses) > 1 else {}


def versions(endpoint: str, languages: Iterable[str], **values: str) -> Versions:
    """``languages``: those the page's text exists in, its own first."""
    codes = [code for code in languages if code in language.LANGUAGES] or ["en"]
    addresses = {code: public_url_for(endpoint, lang=code, **values) for code in codes}
    return Versions(addresses, addresses[codes[0]])


def languages_of(lesson: LessonText) -> list[str]:
    """The languages a lesson exists in, its own first."""
    return [lesson.language, *(code for code in lesson.words if code != lesson.language)]


def languages_of_all(texts: Iterable[CourseText]) -> list[str]:
    """The languages that any course exists in, in the order of the menu; English always."""
    known = {"en", *(code for text in texts for code in text.languages)}
    return [code for code in language.LANGUAGES if code in known]


def languages_of_terms(text: CourseText) -> list[str]:
    """The languages that any entry of the glossary exists in, the source first."""
    known = {code for term in text.glossary.values() for code in term.words}
    return [code for code in text.languages if code in known]
