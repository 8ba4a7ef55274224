"""Who asks to join a cohort: letting people in, refusing them, ending somebody's place."""

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain.cohorts import admission
from lms.domain.errors import Conflict, _
from lms.domain.permissions import Action
from lms.web import access, fields
from lms.web.admin.shared import Answer, back, page_number
from lms.web.partners.shared import cohort_here, confirm
from lms.web.people_only import pages

bp = pages("partners_people", __name__)

DONE = {
    "admitted": _("The person is in the cohort, and hears of it by mail."),
    "sent-away": _("The person is not in the cohort, and hears of it by mail."),
}


@bp.get("/<slug>/cohorts/<int:cohort_id>/asking")
def asking(slug: str, cohort_id: int) -> str:
    """Who waits for a yes. That I looked stands in their logs, so this page writes."""
    return _page(slug, cohort_id)


@bp.post("/<slug>/cohorts/<int:cohort_id>/asking/<public_id>")
def admit(slug: str, cohort_id: int, public_id: str) -> Answer:
    """Yes."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    try:
        admission.admit(access.user(), organisation, cohort, public_id)
    except Conflict as conflict:
        return _page(slug, cohort_id, fields.sentence(conflict)), 409
    db.session.commit()
    return back(".asking", "admitted", slug=slug, cohort_id=cohort_id)


@bp.get("/<slug>/cohorts/<int:cohort_id>/people/<public_id>/removal")
def removal(slug: str, cohort_id: int, public_id: str) -> str:
    """One question."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    one = admission.find_person(access.user(), organisation, cohort, public_id)
    is_in = one.member.approved_at is not None
    return confirm(
        organisation,
        cohort=cohort,
        title=gettext("Take this person out of the cohort?")
        if is_in
        else gettext("Refuse this person?"),
        intro=one.person.name,
        sentences=[
            gettext("The person hears of it by mail, and can only come back if you say yes."),
            gettext("What was learnt, and certificates, stay theirs."),
        ],
        button=gettext("Take out") if is_in else gettext("Refuse"),
        back=url_for("partners.cohort", slug=slug, cohort_id=cohort_id),
    )


@bp.post("/<slug>/cohorts/<int:cohort_id>/people/<public_id>/removal")
def send_away(slug: str, cohort_id: int, public_id: str) -> Response:
    """No, or no more."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    admission.send_away(access.user(), organisation, cohort, public_id)
    db.session.commit()
    return back(".asking", "sent-away", slug=slug, cohort_id=cohort_id)


def _page(slug: str, cohort_id: int, conflict: str = "") -> str:
    begin_writing()
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    found, is_more = admission.asking(access.user(), organisation, cohort, page=page_number())
    people = [
        (one.person.public_id, one.person.name, one.person.email, one.member.joined_at)
        for one in found
    ]
    db.session.commit()
    begin_reading()
    return render_template(
        "partners/asking.html",
        organisation=organisation,
        cohort=cohort,
        people=people,
        page=page_number(),
        goes_on=is_more,
        conflict=conflict,
        done=DONE.get(request.args.get("done", "")),
    )
