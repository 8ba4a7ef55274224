"""The page of a path: its courses in order, and how far one is."""

from flask import Blueprint, render_template

from lms.content.markdown import Surroundings
from lms.domain import paths
from lms.web import access, language
from lms.web.markup import Page
from lms.web.shelf import take
from lms.web.versions import versions

bp = Blueprint("paths", __name__)
bp.before_request(take)


@bp.get("/paths/<slug>")
def path(slug: str) -> str:
    """For whom it is, and one course after the other."""
    found, edition = paths.find(slug)
    text = paths.text_of(found, edition)
    spoken, body = text.body(language.current())
    return render_template(
        "learn/path.html",
        text=text,
        said=text.say(language.current()),
        body=_page(spoken).block(body),
        spoken=spoken,
        edition=edition,
        state=paths.state_of(text, access.me()),
        versions=versions("paths.path", text.languages, slug=slug),
    )


def _page(spoken: str) -> Page:
    """A path has no pictures and no terms, and links to nothing but other sites."""
    around = Surroundings(spoken, "", {}, picture=lambda _path: None, link=lambda _path: None)
    return Page(around)
