"""The pages about the site itself, linked at the foot of every page."""

from collections.abc import Mapping

from flask import Blueprint, render_template

from lms.domain.errors import Missing, _
from lms.web import standing_texts
from lms.web.versions import versions

bp = Blueprint("about", __name__)


@bp.get("/about/<name>")
def page(name: str) -> str:
    """One text, as shipped or as the operator wrote it."""
    if name not in standing_texts.TITLES:
        raise Missing(_("There is no page at this address."))
    said = standing_texts.read(name)
    return render_template(
        "about/page.html",
        said=said,
        versions=versions("about.page", said.languages, name=name),
    )


@bp.app_template_global("standing_texts")
def foot() -> Mapping[str, str]:
    """The foot of every page lists them: name → title."""
    return standing_texts.TITLES
