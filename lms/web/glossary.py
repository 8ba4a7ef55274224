"""The glossary of a course: every term on one page, each with an address of its own."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from markupsafe import Markup

from lms.content.outline import CourseText, TermWords
from lms.domain import catalogue
from lms.domain.errors import Missing, _
from lms.domain.search import folding
from lms.web import language, rendering, shelf
from lms.web.versions import languages_of_terms, versions

bp = Blueprint("glossary", __name__)
bp.before_request(shelf.take)


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the page shows it; ``id`` is its anchor."""

    id: str
    words: TermWords
    meaning: Markup


@bp.get("/courses/<slug>/glossary")
def terms(slug: str) -> str:
    """In the reader's language, and what is not translated in its own."""
    course = catalogue.find_course(slug)
    edition = catalogue.current_edition(course)
    text = catalogue.text_of(edition)
    if not text.glossary:
        raise Missing(_("This course has no glossary."))
    page = rendering.page_for(course, edition, "glossary.md")
    return render_template(
        "glossary/terms.html",
        course=course,
        text=text,
        entries=[Entry(name, said, page.block(said.meaning)) for name, said in _sorted(text)],
        versions=versions("glossary.terms", languages_of_terms(text), slug=slug),
    )


def _sorted(text: CourseText) -> list[tuple[str, TermWords]]:
    """As a reader of this language would look them up."""
    here = language.current()
    said = [(name, term.say(here)) for name, term in text.glossary.items()]
    return sorted(said, key=lambda one: folding.sort_key(one[1].term, here))
