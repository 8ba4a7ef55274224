"""Pictures and other files of courses, by content: each address shows the same bytes for ever."""

from flask import Blueprint, Response

from lms import files
from lms.domain import catalogue, partners, site
from lms.domain.errors import Missing, _
from lms.web import bare

bp = Blueprint("media", __name__)


@bp.get("/media/<slug>/<digest>/<path:path>")
def picture(slug: str, digest: str, path: str) -> Response:
    """A picture, of the type that its own bytes tell; anything else is for downloading.

    Markdown holds the answers of quizzes: it is never sent as a file.
    """
    if path.casefold().endswith(".md"):
        raise Missing(_("There is no such file."))
    return bare.sent(catalogue.file_of(catalogue.find_course(slug), path, digest), path)


@bp.get("/media/logo/<digest>")
def logo(digest: str) -> Response:
    """The site's logo, for as long as it is that."""
    found = site.logo()
    if found is None or found[0] != digest:
        raise Missing(_("There is no such file."))
    return bare.shown(files.get(digest), found[1])


@bp.get("/media/partners/<slug>/<digest>")
def partner(slug: str, digest: str) -> Response:
    """The logo of an organisation, for as long as it is that."""
    media_type = partners.picture(slug, digest)  # first: whether it is theirs
    return bare.shown(files.get(digest), media_type)
