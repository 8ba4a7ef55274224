"""Setting up an app with codes: the square, the first code, and taking it away."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from lms.database import begin_reading, db
from lms.domain import code_apps, sealing, second_step
from lms.domain.errors import Invalid
from lms.web import access, allowance, caching, factors_page, fields, notes, session, squares
from lms.web.second_step_form import StepForm

bp = Blueprint("new_app", __name__)

NEW_APP = "new app"
"""The secret travels sealed through the page; nothing is kept before a code was right."""


class NewAppForm(StepForm):
    """The sealed secret, and a code that shows that the app has it."""

    sealed = StringField(default="")


@bp.get("/account/second-step/app")
def page() -> str:
    """A new secret each time."""
    me = access.user()
    second_step.require_setting_up(me, session.token())
    secret = code_apps.new_secret()
    sealed = sealing.seal(_key(), NEW_APP, {"secret": secret, "whose": me.public_id})
    return _page(NewAppForm(sealed=sealed), secret)


@bp.post("/account/second-step/app")
def add() -> Response | tuple[str, int]:
    """Set up, when the code is right."""
    me, form = access.user(), NewAppForm.sent()
    allowance.for_second_step(me.public_id)
    facts = sealing.unseal(_key(), NEW_APP, form.sealed.data or "", lasts=notes.HOUR)
    if facts is None or facts["whose"] != me.public_id:
        return redirect(url_for("new_app.page"), 303)
    secret = facts["secret"]
    try:
        codes = code_apps.add(me, session.token(), secret, form.code.data or "", key=_key())
    except Invalid as error:
        begin_reading()
        form.accept(error, fields.sentence(error))
        return _page(form, secret), 422
    db.session.commit()
    return factors_page.added("app", codes)


@bp.post("/account/second-step/app/removal")
def remove() -> Response:
    """No more codes."""
    code_apps.remove(access.user(), session.token())
    db.session.commit()
    return factors_page.back("removed")


def _page(form: NewAppForm, secret: str) -> str:
    """With the square code as a picture in the page: no other server sees the secret."""
    caching.never_keep()
    site = str(current_app.config["SITE_NAME"])
    address = code_apps.address(secret, access.user(), site)
    return render_template(
        "accounts/new_app.html",
        form=form,
        square=squares.square(address),
        address=address,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        next=session.wanted(),
    )


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
