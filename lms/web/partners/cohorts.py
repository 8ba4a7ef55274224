"""A partner's cohorts: the list of them, and the page of one."""

from flask import render_template

from lms.domain import catalogue
from lms.domain.cohorts import finding
from lms.domain.permissions import Action, may
from lms.web import access, language
from lms.web.admin.shared import page_number
from lms.web.partners.shared import cohort_here, organisation_here, pages

bp = pages("partners", __name__)


@bp.get("/<slug>/")
def cohorts(slug: str) -> str:
    """All of them, the newest first."""
    organisation = organisation_here(slug)
    rows, is_more = finding.listed(access.user(), organisation, page=page_number())
    return render_template(
        "partners/cohorts.html",
        organisation=organisation,
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        runs=may(access.user(), Action.RUN_COHORTS, organisation),
    )


@bp.get("/<slug>/cohorts/<int:cohort_id>")
def cohort(slug: str, cohort_id: int) -> str:
    """What it takes, how many are in it, and the ways to everything about it."""
    organisation, found = cohort_here(slug, cohort_id)
    taken = finding.courses_of(found)
    editions = catalogue.current_editions([course.id for _taken, course in taken])
    titles = {
        course.id: catalogue.text_of(edition).say(language.current())
        for course, edition in editions
    }
    return render_template(
        "partners/cohort.html",
        organisation=organisation,
        cohort=found,
        taken=taken,
        titles=titles,
        counts=finding.counts(found),
        runs=may(access.user(), Action.RUN_COHORTS, organisation),
    )
