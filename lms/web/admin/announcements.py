"""Announcements: a sentence on every page, from one moment to another, in several languages."""

from datetime import UTC, datetime
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from lms.database import db
from lms.domain import announcements, journal
from lms.domain.errors import Invalid, _
from lms.models import Announcement, Level
from lms.render.moments import zone_named
from lms.web import access
from lms.web.admin.shared import Answer, back, choices, page_number, pages, refused
from lms.web.forms import Form
from lms.web.language import LANGUAGES
from lms.web.moments import zone

bp = pages("admin_announcements", __name__)

DONE = {
    "announced": _("It is announced."),
    "changed": _("It is saved."),
    "ended": _("It is shown no more."),
}
LEVELS = {Level.INFO: _("News"), Level.WARNING: _("Important")}
AS_TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""How browsers send a moment; they take it back in the first way only."""
YEARS = range(2000, 2200)


class AnnouncementForm(Form):
    """A sentence in each language (read from the fields named by the codes), and its time."""

    level = SelectField(lazy_gettext("How loud"), choices=choices(LEVELS))
    starts = DateTimeLocalField(lazy_gettext("From"), validators=[Optional()], format=AS_TYPED)
    ends = DateTimeLocalField(lazy_gettext("To"), validators=[Optional()], format=AS_TYPED)

    def validate_starts(self, field: DateTimeLocalField) -> None:
        """A year that can be reckoned with."""
        _check_year(field.data)

    def validate_ends(self, field: DateTimeLocalField) -> None:
        """Likewise."""
        _check_year(field.data)

    def said(self) -> dict[str, Any]:
        """As the deeds take it."""
        return {
            "level": Level(self.level.data),
            "words": {code: getattr(self, code).data or "" for code in LANGUAGES},
            "starts_at": _moment(self.starts.data),
            "ends_at": _moment(self.ends.data),
        }


for _code, _name in LANGUAGES.items():
    setattr(
        AnnouncementForm,
        _code,
        StringField(
            _name,
            default="",
            render_kw={"maxlength": announcements.LONGEST, "dir": "auto", "autocomplete": "off"},
        ),
    )


@bp.get("/announcements")
def listed() -> str:
    """What is announced, what will be, and what was."""
    rows, is_more = announcements.listed(access.user(), page=page_number())
    return render_template(
        "admin/announcements.html",
        rows=rows,
        now=journal.now(),
        page=page_number(),
        goes_on=is_more,
        done=DONE.get(request.args.get("done", "")),
        levels=LEVELS,
    )


@bp.get("/announcements/new")
def new() -> str:
    """An empty form."""
    return _page(AnnouncementForm(), None)


@bp.post("/announcements")
def announce() -> Answer:
    """On every page, from the moment that it says."""
    me, form = access.user(), AnnouncementForm.sent()
    if not form.validate():
        return _page(form, None), 422
    try:
        announcements.announce(me, **form.said())
    except Invalid as error:
        refused(form, error)
        return _page(form, None), 422
    db.session.commit()
    return back(".listed", "announced")


@bp.get("/announcements/<int:announcement_id>")
def announcement(announcement_id: int) -> str:
    """To be changed."""
    row = announcements.find(access.user(), announcement_id)
    form = AnnouncementForm(
        level=row.level.value,
        starts=_local(row.starts_at),
        ends=_local(row.ends_at) if row.ends_at else None,
        **row.words,
    )
    return _page(form, row)


@bp.post("/announcements/<int:announcement_id>")
def change(announcement_id: int) -> Answer:
    """Say it in another way."""
    me, form = access.user(), AnnouncementForm.sent()
    row = announcements.find(me, announcement_id)
    if not form.validate():
        return _page(form, row), 422
    try:
        announcements.change(me, row, **form.said())
    except Invalid as error:
        refused(form, error)
        return _page(form, announcements.find(me, announcement_id)), 422
    db.session.commit()
    return back(".listed", "changed")


@bp.post("/announcements/<int:announcement_id>/end")
def end(announcement_id: int) -> Response:
    """From now on it is shown no more; it stays in the list."""
    me = access.user()
    announcements.end(me, announcements.find(me, announcement_id))
    db.session.commit()
    return back(".listed", "ended")


def _page(form: AnnouncementForm, row: Announcement | None) -> str:
    return render_template(
        "admin/announcement.html", form=form, row=row, zone=zone(), now=journal.now()
    )


def _check_year(value: datetime | None) -> None:
    if value is not None and value.year not in YEARS:
        raise ValidationError(lazy_gettext("This year is too far away."))


def _moment(value: datetime | None) -> datetime | None:
    """What the clock on the wall showed, where the administrator is."""
    return value.replace(tzinfo=zone_named(zone())).astimezone(UTC) if value else None


def _local(value: datetime) -> datetime:
    return value.astimezone(zone_named(zone())).replace(tzinfo=None)
