"""Searching courses, lessons and glossaries: an address that anybody can pass on."""

from flask import Blueprint, Response, render_template, request

from lms.domain import catalogue
from lms.domain.search import finding
from lms.web import allowance, language, numbers
from lms.web.hits import hits_of

bp = Blueprint("search", __name__)

GLOSSARIES = 5
"""How many are offered to who found nothing."""


@bp.after_request
def stay_unfound(response: Response) -> Response:
    """Search engines have no use for our results."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/search")
def results() -> str:
    """What holds all the words of ``q``, twenty a page."""
    question = " ".join(request.args.get("q", "").replace("\0", " ").split())[: finding.LONGEST]
    if question:
        allowance.for_search()
    page = numbers.read(request.args.get("page"), 1)
    found = finding.search(question, language.current(), page)
    courses = [
        (course, catalogue.text_of(edition))
        for course, edition in catalogue.current_editions(_courses_in(found))
    ]
    return render_template(
        "search/results.html",
        question=question,
        found=found,
        hits=hits_of(found, courses),
        glossaries=[row for row in courses if row[1].glossary][:GLOSSARIES],
    )


def _courses_in(found: finding.Found) -> set[int] | None:
    """Those of the hits; None, which means all, when there are no hits."""
    return {entry.course_id for entry in found.hits} or None
