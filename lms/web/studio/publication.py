"""The page from which a draft is published: what stands against it, a note, now or at a time."""

from datetime import UTC, datetime

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from wtforms import StringField

from lms.database import begin_reading, db
from lms.domain.drafts import publication
from lms.domain.drafts.drafts import Listed
from lms.domain.drafts.publication import BothChanged
from lms.domain.errors import DomainError, Invalid, Missing, _
from lms.domain.permissions import Action, may
from lms.domain.publishing import NotPublishable
from lms.models import Course
from lms.render import moments
from lms.web import access, fields
from lms.web.admin.shared import Answer, back, refused
from lms.web.forms import Form
from lms.web.moments import zone
from lms.web.people_only import pages
from lms.web.studio.shared import DONE, course_here, draft_here, title_here

bp = pages("studio_publication", __name__)


class PublishForm(Form):
    """What changed, for learners to read; and when, if not now."""

    note = StringField(
        lazy_gettext("What changed"),
        default="",
        render_kw={"maxlength": publication.LONGEST_NOTE, "dir": "auto", "autocomplete": "off"},
    )
    at = StringField(
        lazy_gettext("Not now, but on"), default="", render_kw={"type": "datetime-local"}
    )

    def moment(self) -> datetime | None:
        """In the reader's zone; None for now. Raises Invalid."""
        written = (self.at.data or "").strip()
        if not written:
            return None
        try:
            at = datetime.fromisoformat(written)
            return at.replace(tzinfo=moments.zone_named(zone())).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Invalid(
                _("Write a day and a time as in 2027-03-31T09:00."), field="at"
            ) from error


@bp.get("/<slug>/publication", endpoint="publication")
def form(slug: str) -> str:
    """My draft, or that of somebody else in the course (``by``)."""
    course = course_here(slug)
    return _page(course, draft_here(course, request.args.get("by", "")), PublishForm())


@bp.post("/<slug>/publication")
def publish(slug: str) -> Answer:
    """Now, or at a time."""
    me, course = access.user(), course_here(slug, Action.PUBLISH)
    found, sent = draft_here(course, request.args.get("by", "")), PublishForm.sent()
    if found is None:
        raise Missing(_("There is no such draft."))
    note = sent.note.data or ""
    try:
        at = sent.moment()
        if at is None:
            publication.publish(me, course, found.draft, note)
        else:
            publication.schedule(me, course, at, note)
    except (NotPublishable, BothChanged) as error:
        db.session.rollback()
        return _again(slug, sent, error), 409 if isinstance(error, BothChanged) else 422
    except Invalid as error:
        refused(sent, error)
        return _page(course, found, sent), 422
    db.session.commit()
    if at is not None:
        return back(".publication", "scheduled", slug=slug)
    return back("studio_history.history", "published", slug=slug)


@bp.post("/<slug>/publication/cancel")
def cancel(slug: str) -> Answer:
    """Not at that time after all."""
    course = course_here(slug, Action.PUBLISH)
    publication.cancel(access.user(), course)
    db.session.commit()
    return back(".publication", "cancelled", slug=slug)


def _again(slug: str, sent: PublishForm, error: DomainError) -> str:
    """The same page, which shows what stands against it."""
    begin_reading()
    sent.form_errors.append(fields.sentence(error))
    course = course_here(slug)
    return _page(course, draft_here(course, request.args.get("by", "")), sent)


def _page(course: Course, found: Listed | None, sent: PublishForm) -> str:
    me = access.user()
    return render_template(
        "studio/publication.html",
        course=course,
        course_title=title_here(course),
        found=found,
        is_mine=found is not None and found.owner.id == me.id,
        state=publication.state_of(found.draft) if found else None,
        form=sent,
        zone=zone(),
        why_not=None
        if may(me, Action.PUBLISH, course)
        else gettext(
            "Owners and trainers of the course publish it. Tell them that your draft is ready."
        ),
        done=DONE.get(request.args.get("done", "")),
    )
