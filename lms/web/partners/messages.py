"""What a partner wrote to a cohort, and the form for more."""

from flask import render_template, request
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.widgets import TextArea

from lms.database import db
from lms.domain.cohorts import finding, messages
from lms.domain.errors import Invalid
from lms.domain.permissions import Action, may
from lms.models import Cohort, Organisation
from lms.web import access
from lms.web.admin.shared import Answer, back, page_number, refused
from lms.web.forms import Form
from lms.web.partners.shared import DONE, cohort_here
from lms.web.people_only import pages

bp = pages("partners_messages", __name__)


class MessageForm(Form):
    """Plain text: it becomes a mail."""

    subject = StringField(
        lazy_gettext("What it is about"),
        default="",
        render_kw={"maxlength": messages.LONGEST_SUBJECT, "dir": "auto", "required": True},
    )
    text = StringField(
        lazy_gettext("Message"),
        default="",
        widget=TextArea(),
        render_kw={
            "rows": 10,
            "maxlength": messages.LONGEST_TEXT,
            "dir": "auto",
            "required": True,
        },
    )


@bp.get("/<slug>/cohorts/<int:cohort_id>/messages")
def listed(slug: str, cohort_id: int) -> str:
    """All, the newest first."""
    return _page(*cohort_here(slug, cohort_id), MessageForm())


@bp.post("/<slug>/cohorts/<int:cohort_id>/messages")
def write(slug: str, cohort_id: int) -> Answer:
    """To everybody in the cohort."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    form = MessageForm.sent()
    said = {"subject": form.subject.data or "", "text": form.text.data or ""}
    try:
        messages.write(access.user(), organisation, cohort, **said)
    except Invalid as error:
        refused(form, error)
        return _page(organisation, cohort, form), 422
    db.session.commit()
    return back(".listed", "written", slug=slug, cohort_id=cohort_id)


def _page(organisation: Organisation, cohort: Cohort, form: MessageForm) -> str:
    rows, is_more = messages.listed(access.user(), organisation, cohort, page=page_number())
    return render_template(
        "partners/messages.html",
        organisation=organisation,
        cohort=cohort,
        form=form,
        rows=rows,
        page=page_number(),
        goes_on=is_more,
        members=finding.counts(cohort)["members"],
        runs=may(access.user(), Action.RUN_COHORTS, organisation),
        done=DONE.get(request.args.get("done", "")),
    )
