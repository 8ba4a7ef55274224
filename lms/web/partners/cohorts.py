"""A partner's cohorts: which partners are mine, the list of cohorts, and the page of one."""

from flask import current_app, render_template, request

from lms.domain import catalogue, partners
from lms.domain.cohorts import finding
from lms.domain.permissions import Action, may
from lms.web import access, language, squares
from lms.web.admin import words
from lms.web.admin.shared import page_number
from lms.web.partners.shared import DONE, cohort_here, organisation_here
from lms.web.people_only import pages

bp = pages("partners", __name__)


@bp.get("/")
def mine() -> str:
    """Where I manage or train."""
    return render_template(
        "partners/mine.html",
        mine=partners.mine(access.user()),
        words=words,
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/<slug>/")
def cohorts(slug: str) -> str:
    """All of a partner's, the newest first."""
    organisation = organisation_here(slug)
    rows, is_more = finding.listed(access.user(), organisation, page=page_number())
    return render_template(
        "partners/cohorts.html",
        organisation=organisation,
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        runs=may(access.user(), Action.RUN_COHORTS, organisation),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.get("/<slug>/cohorts/<int:cohort_id>")
def cohort(slug: str, cohort_id: int) -> str:
    """What it takes, how many are in it, and the ways to everything about it."""
    organisation, found = cohort_here(slug, cohort_id)
    taken = finding.courses_of(found)
    editions = catalogue.current_editions([course.id for _taken, course in taken])
    texts = {course.id: catalogue.text_of(edition) for course, edition in editions}
    address = f"{current_app.config['PUBLIC_URL']}/join/{found.code}"
    return render_template(
        "partners/cohort.html",
        organisation=organisation,
        cohort=found,
        taken=taken,
        titles={number: text.say(language.current()) for number, text in texts.items()},
        meeting={number for number, text in texts.items() if text.has_meetings},
        counts=finding.counts(found),
        runs=may(access.user(), Action.RUN_COHORTS, organisation),
        address=address,
        square=squares.square(address),
        done=DONE.get(request.args.get("done", "")),
    )
