"""A cohort's desk: figures, a chart, and everybody who agreed to be seen."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from lms.database import begin_writing, db
from lms.domain import journal, looks
from lms.domain.cohorts import desk, reminding
from lms.domain.cohorts.desk import Taken
from lms.domain.errors import Missing, _
from lms.domain.learning.roster import State
from lms.models import Cohort, LookKind
from lms.web import access, caching, charts, numbers, rosters
from lms.web.admin.shared import page_number
from lms.web.partners.shared import organisation_here
from lms.web.store import Store

bp = Blueprint("desk", __name__)

FRESH = timedelta(minutes=1)


@bp.record_once
def keep_charts(state: BlueprintSetupState) -> None:
    """Each process keeps the numbers of so many charts."""
    state.app.extensions["charts"] = Store(1_000_000)


@bp.before_request
def write_down_who_looks() -> None:
    """The one kind of page beside marking that writes when it is read: into the log of who is seen."""
    begin_writing()
    access.user()
    caching.never_keep()


@bp.get("/<slug>/cohorts/<int:cohort_id>/desk")
def people(slug: str, cohort_id: int) -> str:
    """One course of the cohort; everybody on the page reads in their log that somebody looked."""
    me = access.user()
    organisation = organisation_here(slug)
    opened = desk.open_desk(me, organisation, cohort_id)
    cohort, here = opened.cohort, chosen(opened.courses)
    if here is None:
        return render_template(
            "partners/desk.html", organisation=organisation, cohort=cohort, here=None
        )
    wanted = rosters.wanted()
    figures = desk.figures(cohort, here.course)
    rows, goes_on = desk.people(cohort, here.course, wanted, page=page_number())
    looks.record(me, cohort, [row.user_id for row in rows], LookKind.DESK)
    page = render_template(
        "partners/desk.html",
        organisation=organisation,
        cohort=cohort,
        courses=opened.courses,
        here=here,
        figures=figures,
        chart=charts.chart(
            figures.members,
            _weeks(cohort, here),
            journal.now(),
            starts_at=here.starts_at,
            ends_at=here.ends_at,
        ),
        rows=list(rosters.shown(rows, here.text)),
        state_words=rosters.STATE_WORDS,
        order_words=rosters.ORDER_WORDS,
        wanted=wanted,
        kept=rosters.kept(wanted, course=here.course.slug),
        page=page_number(),
        reminded=numbers.read(request.args.get("reminded"), -1),
        goes_on=goes_on,
    )
    db.session.commit()
    return page


@bp.post("/<slug>/cohorts/<int:cohort_id>/desk")
def remind(slug: str, cohort_id: int) -> Response:
    """A mail to everybody who is stuck and was not reminded in the last days."""
    me = access.user()
    organisation = organisation_here(slug)
    opened = desk.open_desk(me, organisation, cohort_id)
    here = chosen(opened.courses)
    if here is None:
        raise Missing(_("This cohort does not take such a course."))
    reminded = reminding.remind(me, organisation, opened.cohort, here)
    db.session.commit()
    return redirect(
        url_for(
            ".people",
            slug=slug,
            cohort_id=cohort_id,
            course=here.course.slug,
            state=State.STUCK.value,
            reminded=reminded,
        ),
        303,
    )


def chosen(courses: Sequence[Taken]) -> Taken | None:
    """The course that the address names, else the first; None in a cohort without one."""
    slug = request.args.get("course", "")
    if slug:
        found = next((one for one in courses if one.course.slug == slug), None)
        if found is None:
            raise Missing(_("This cohort does not take such a course."))
        return found
    return next(iter(courses), None)


def _weeks(cohort: Cohort, here: Taken) -> Sequence[tuple[int, int]]:
    """The numbers of the chart may be a minute old; they name nobody."""
    kept: Store = current_app.extensions["charts"]
    key, now = (cohort.id, here.course.id), journal.now()
    known = kept.get(key)
    if known is None or not timedelta() <= now - known[0] < FRESH:
        known = now, desk.finished_by_week(cohort, here.course)
        kept.put(key, known, 1000)
    weeks: Sequence[tuple[int, int]] = known[1]
    return weeks
