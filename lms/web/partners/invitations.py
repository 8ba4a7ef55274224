"""Inviting a list to a cohort: tried first, then under way with its progress; all who were invited."""

from flask import Response, render_template, request

from lms import waking
from lms.database import begin_reading, begin_writing, db
from lms.domain.cohorts import inviting, lists
from lms.domain.errors import Invalid
from lms.domain.permissions import Action
from lms.models import Cohort, Organisation
from lms.web import access, made, numbers
from lms.web.address_lists import ListForm, expect_a_list
from lms.web.admin.shared import Answer, back, page_number, refused
from lms.web.partners.shared import cohort_here
from lms.web.people_only import pages

bp = pages("partners_invitations", __name__)

SHOWN = 100
"""Bad lines on a page."""
AGAIN = 2
"""Seconds after which the page of a list that is under way loads itself again."""


@bp.get("/<slug>/cohorts/<int:cohort_id>/invitations")
def invitations(slug: str, cohort_id: int) -> str:
    """The form, and who was invited."""
    return _page(*cohort_here(slug, cohort_id, Action.RUN_COHORTS), ListForm())


@bp.post("/<slug>/cohorts/<int:cohort_id>/invitations")
def attempt(slug: str, cohort_id: int) -> Answer:
    """Try a list. It is read before the transaction that writes begins: that takes its time."""
    begin_reading()
    expect_a_list()
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    form = ListForm.sent()
    try:
        tried = form.tried
    except Invalid as error:
        refused(form, error)
        return _page(organisation, cohort, form), 422
    begin_writing()
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    made = inviting.keep_list(access.user(), organisation, cohort, tried)
    db.session.commit()
    return back(".one_list", "tried", slug=slug, cohort_id=cohort_id, list_id=made.id)


@bp.get("/<slug>/cohorts/<int:cohort_id>/lists/<int:list_id>")
def one_list(slug: str, cohort_id: int, list_id: int) -> Response:
    """What it would do; once it was started, how far it is."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    found = inviting.find_list(access.user(), organisation, cohort, list_id)
    page = min(max(numbers.read(request.args.get("page"), 1), 1), 1_000)
    start = SHOWN * (page - 1)
    text = render_template(
        "partners/list.html",
        organisation=organisation,
        cohort=cohort,
        found=found,
        problems=found.problems[start : start + SHOWN],
        page=page,
        goes_on=len(found.problems) > start + SHOWN,
    )
    is_under_way = found.started_at is not None and found.finished_at is None
    return made.reloading(text, AGAIN, when=is_under_way)


@bp.post("/<slug>/cohorts/<int:cohort_id>/lists/<int:list_id>")
def start(slug: str, cohort_id: int, list_id: int) -> Answer:
    """Invite them all, or forget the list (button ``drop``)."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    if "drop" in request.form:
        inviting.drop_list(access.user(), organisation, cohort, list_id)
        db.session.commit()
        return back(".invitations", "dropped", slug=slug, cohort_id=cohort_id)
    inviting.start_list(access.user(), organisation, cohort, list_id)
    db.session.commit()
    waking.ring()
    return back(".one_list", "started", slug=slug, cohort_id=cohort_id, list_id=list_id)


def _page(organisation: Organisation, cohort: Cohort, form: ListForm) -> str:
    rows, is_more = inviting.invited(access.user(), organisation, cohort, page=page_number())
    return render_template(
        "partners/invitations.html",
        organisation=organisation,
        cohort=cohort,
        form=form,
        rows=rows,
        lists=inviting.recent_lists(access.user(), organisation, cohort),
        page=page_number(),
        goes_on=is_more,
        most=lists.MOST,
    )
