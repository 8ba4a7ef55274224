"""The invitation to a cohort, ``/join/CODE``: who invites, to what, and what the partner will see."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.content.outline import Words
from lms.database import begin_reading, db
from lms.domain import catalogue
from lms.domain.cohorts import finding, joining
from lms.domain.errors import Conflict
from lms.models import Cohort, CohortCourse, Course, Organisation
from lms.web import access, allowance, caching, language, squares

bp = Blueprint("join", __name__)


@bp.get("/join/<code>")
def page(code: str) -> str:
    """For anybody who has the code; whoever is signed in can join."""
    return _page(code)


@bp.post("/join/<code>")
def join(code: str) -> Response | tuple[str, int]:
    """I am in, or ask to be. It is the consent, too."""
    me = access.user()
    cohort, organisation = _found(code)
    try:
        joining.join(me, cohort, organisation)
    except Conflict:  # the page says why
        begin_reading()
        return _page(code), 409
    db.session.commit()
    return redirect(url_for(".page", code=cohort.code), 303)


@bp.get("/join/<code>/poster")
def poster(code: str) -> str:
    """One sheet to print and pin to a wall."""
    caching.never_keep()
    cohort, organisation = _found(code)
    address = _address(cohort)
    return render_template(
        "join/poster.html",
        cohort=cohort,
        organisation=organisation,
        taken=_taken(cohort),
        address=address,
        square=squares.square(address, scale=8),
    )


def _page(code: str) -> str:
    caching.never_keep()
    cohort, organisation = _found(code)
    me, address = access.me(), _address(cohort)
    return render_template(
        "join/page.html",
        cohort=cohort,
        organisation=organisation,
        taken=_taken(cohort),
        address=address,
        square=squares.square(address),
        mine=joining.place_of(me, cohort, organisation) if me else None,
        why_not=joining.why_not(cohort),
        here=url_for(".page", code=cohort.code),
    )


def _found(code: str) -> tuple[Cohort, Organisation]:
    """Nobody may try codes by the thousand."""
    allowance.for_code()
    return joining.find_by_code(code)


def _taken(cohort: Cohort) -> list[tuple[CohortCourse, Course, Words]]:
    taken = finding.courses_of(cohort)
    editions = catalogue.current_editions([course.id for _one, course in taken])
    said = {
        course.id: catalogue.text_of(edition).say(language.current())
        for course, edition in editions
    }
    return [(one, course, said[course.id]) for one, course in taken]


def _address(cohort: Cohort) -> str:
    return f"{current_app.config['PUBLIC_URL']}/join/{cohort.code}"
