"""What the pages of the administration share: who gets in, which page of a list, what was done."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectChoice, TextAreaField  # type: ignore[attr-defined]

from lms.database import begin_reading
from lms.domain import audit
from lms.domain.errors import Conflict, Invalid
from lms.domain.permissions import Action, require
from lms.web import access, caching, fields, numbers
from lms.web.forms import Form

Answer = Response | str | tuple[str, int]


class ReasonForm(Form):
    """Why something grave is done."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        default="",
        render_kw={"rows": 3, "maxlength": audit.LONGEST_REASON, "required": True, "dir": "auto"},
    )


def pages(name: str, module: str) -> Blueprint:
    """A blueprint whose pages are shown to administrators only, and kept nowhere."""
    bp = Blueprint(name, module)
    bp.before_request(only_administrators)
    return bp


def only_administrators() -> None:
    """Before each view. The deeds ask for themselves, too."""
    require(access.user(), Action.ADMINISTER)
    caching.never_keep()


def choices(words: Mapping[Any, str], empty: str = "") -> list[SelectChoice]:
    """The options of a menu, in the reader's language; ``empty``: the word for none of them."""
    none = [SelectChoice("", lazy_gettext(empty))] if empty else []
    return none + [SelectChoice(str(value), lazy_gettext(name)) for value, name in words.items()]


def page_number() -> int:
    """Which page of a list, from 1."""
    return min(max(numbers.read(request.args.get("page"), 1), 1), 100_000)


def before() -> int | None:
    """Below which row a list goes on."""
    return numbers.read(request.args.get("before"), 0) or None


def back(endpoint: str, done: str, **where: object) -> Response:
    """To a page that says what was done."""
    return redirect(url_for(endpoint, done=done, **where), 303)  # type: ignore[arg-type]


def refused(form: Form, error: Invalid) -> None:
    """What a deed refused stands beside its field; the page that follows reads only."""
    begin_reading()
    form.accept(error, fields.sentence(error))


def refusal(form: ReasonForm, deed: Callable[[str], object], page: Callable[[], str]) -> Answer:
    """Why the deed was refused, beside the reason that was given for it; "" when it is done."""
    try:
        deed(form.reason.data or "")
    except Invalid as error:
        refused(form, error)
        return page(), 422
    except Conflict as conflict:
        refused(form, Invalid(conflict.sentence, field="reason"))
        return page(), 409
    return ""


def confirm(**said: object) -> str:
    """One page, one question, one grave button. said: title, intro, sentences, button, back, hidden."""
    return render_template("admin/confirm.html", **said)
