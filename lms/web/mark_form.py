"""The form of a mark: a number and a comment for each line of the rubric, and one comment on the whole."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, StringField, TextAreaField

from lms.content.questions import Criterion
from lms.domain.learning import reviewing
from lms.domain.learning.reviewing import Work
from lms.models import LONGEST_COMMENT
from lms.web.fields import beside_the_field
from lms.web.forms import Form

TALK = {"dir": "auto", "rows": 2, "maxlength": LONGEST_COMMENT}


class MarkForm(Form):
    """Fields are added for each criterion: points_0, comment_0 … ``after``: the mark that was seen."""

    criteria: tuple[Criterion, ...] = ()
    comment = TextAreaField(
        lazy_gettext("Comment on the whole"), default="", render_kw={**TALK, "rows": 5}
    )
    after = HiddenField(default="0")

    @property
    def lines(self) -> list[tuple[Criterion, Field, Field]]:
        """Each criterion with its two fields."""
        return [
            (line, self[f"points_{n}"], self[f"comment_{n}"])
            for n, line in enumerate(self.criteria)
        ]

    @property
    def said(self) -> dict[str, Any]:
        """What the deed needs, once the form is valid."""
        seen = self.after.data or ""
        return {
            "after": int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            "points": [reviewing.read_points(line, p.data) for line, p, _comment in self.lines],
            "comments": [comment.data or "" for _line, _points, comment in self.lines],
            "comment": self.comment.data or "",
        }

    def see(self, work: Work) -> None:
        """From now on it is about the newest mark; what was written in it stays."""
        self.after.data = str(work.marks[0].number if work.marks else 0)


def filled(work: Work) -> MarkForm:
    """With the newest mark, for a correction; else empty."""
    form = _form(work)(data=_newest(work))
    form.see(work)
    return form


def sent(work: Work) -> MarkForm:
    """With what the browser sent."""
    return _form(work)(request.form)


def _form(work: Work) -> type[MarkForm]:
    fields: dict[str, Any] = {"criteria": work.criteria}
    for number, line in enumerate(work.criteria):
        fields[f"points_{number}"] = StringField(
            line.name,
            default="",
            validators=[_in_range(line)],
            render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short", "size": 6},
        )
        fields[f"comment_{number}"] = TextAreaField(default="", render_kw=TALK)
    return type("MarkFormOfRubric", (MarkForm,), fields)


def _in_range(line: Criterion) -> Any:
    def check(_form: Form, field: StringField) -> None:
        with beside_the_field():
            reviewing.read_points(line, field.data or "")

    return check


def _newest(work: Work) -> Mapping[str, Any]:
    if not work.marks:
        return {}
    mark = work.marks[0]
    points = {f"points_{n}": str(given) for n, given in enumerate(mark.points)}
    comments = {f"comment_{n}": text for n, text in enumerate(mark.comments)}
    return {**points, **comments, "comment": mark.comment}
