"""The audit log: who did what to whom, with filters, and as a file for a spreadsheet."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Response, render_template, request
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from lms.domain import audit, people
from lms.domain.audit import Filter, Line
from lms.domain.errors import Invalid, _
from lms.models import Verb
from lms.render import sheet
from lms.render.moments import zone_named
from lms.web import access, fields
from lms.web.admin import words
from lms.web.admin.shared import Answer, choices, page_number, pages
from lms.web.forms import Form
from lms.web.moments import zone

bp = pages("admin_audit", __name__)

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
COLUMNS = ("at", "actor", "actor_id", "verb", "thing", "person", "person_id", "course", "changes")
"""The head of the file: the same in every language, for programs read it, too."""


class FilterForm(Form):
    """Which lines. The address stands for the person; links hand over the public id instead."""

    email = StringField(
        lazy_gettext("E-mail address of a person"),
        default="",
        render_kw={
            "inputmode": "email",
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "none",
            "dir": "auto",
        },
    )
    verb = SelectField(lazy_gettext("Deed"), default="", choices=choices(words.VERBS, _("All")))
    since = DateField(lazy_gettext("From"), validators=[Optional()])
    until = DateField(lazy_gettext("To"), validators=[Optional()])


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter; name: of the person it is about, as a link handed over."""

    wanted: Filter
    name: str = ""


@bp.get("/audit")
def lines() -> Answer:
    """A page of it, the newest first."""
    form = FilterForm(request.args)
    asked = _asked(form)
    rows, is_more = audit.lines(access.user(), asked.wanted, page=page_number())
    page = render_template(
        "admin/audit.html",
        form=form,
        asked=asked,
        rows=[(row, _changes(row.entry.changes)) for row in rows],
        page=page_number(),
        goes_on=is_more,
        kept={name: value for name, value in request.args.items() if name in KEPT and value},
        words=words,
    )
    return (page, 422) if form.errors else page


KEPT = {"email", "who", "verb", "since", "until"}


@bp.get("/audit.csv")
def download() -> Response:
    """All lines of the filter, whole or not at all: a file cut short would look complete."""
    asked = _asked(FilterForm(request.args))
    rows = audit.all_lines(access.user(), asked.wanted)
    response = Response("".join(sheet.csv_of(_table(rows))), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _asked(form: FilterForm) -> Asked:
    """What is wrong in a field is said beside it, and filters nothing."""
    form.validate()
    who, name = request.args.get("who", "")[:32] or None, ""
    if form.email.data:
        try:
            someone = people.find_by_address(access.user(), form.email.data)
            who, name = someone.public_id, someone.name
        except Invalid as error:
            form.accept(error, fields.sentence(error))
    elif who is not None:
        name = people.names_of({who}).get(who, who)
    since, until = form.since.data, form.until.data
    return Asked(
        Filter(
            who=who,
            verb=Verb(form.verb.data) if form.verb.data in [*words.VERBS] else None,
            since=_begin(since) if since else None,
            until=_begin(until) + timedelta(days=1) if until else None,
        ),
        name,
    )


def _begin(day: date) -> datetime:
    """The first moment of the day where the reader is."""
    return datetime.combine(min(max(day, EARLIEST), LATEST), time(), zone_named(zone()))


def _changes(changes: Mapping[str, list[object]]) -> list[tuple[str, str, str]]:
    """Name, before, after; "" for nothing."""
    return [(name, _said(before), _said(after)) for name, (before, after) in changes.items()]


def _said(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return "" if value is None else str(value)


def _table(rows: Iterator[Line]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for row in rows:
        entry = row.entry
        yield (
            entry.at.isoformat(timespec="seconds"),
            row.actor,
            entry.actor,
            entry.verb.value,
            entry.thing,
            row.person,
            entry.person,
            row.course,
            json.dumps(entry.changes, ensure_ascii=False),
        )
