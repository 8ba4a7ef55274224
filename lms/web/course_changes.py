"""What each edition of a course changed: everybody may read it."""

from flask import Blueprint, render_template

from lms.domain import catalogue, editions
from lms.web import language
from lms.web.admin.shared import page_number
from lms.web.shelf import take
from lms.web.versions import versions

bp = Blueprint("course_changes", __name__)
bp.before_request(take)


@bp.get("/courses/<slug>/changes")
def listed(slug: str) -> str:
    """Its editions, the newest first."""
    course = catalogue.find_course(slug)
    text = catalogue.text_of(catalogue.current_edition(course))
    rows, is_more = editions.listed(course, page=page_number())
    return render_template(
        "learn/course_changes.html",
        course=course,
        text=text,
        said=text.say(language.current()),
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        versions=versions("course_changes.listed", text.languages, slug=slug),
    )
