"""Signing up: name, address, password, and one is in."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, sign_up
from lms.domain.errors import Invalid
from lms.web import access, allowance, caching, fields, identity, language, session, zones
from lms.web.fields import SignUpForm

bp = Blueprint("sign_up", __name__)


@bp.get("/sign-up")
def form() -> Response | str:
    """The form, with a key of its own: this page is made for one account and kept nowhere."""
    if access.me() is not None:
        return redirect(session.next_page(), 303)
    return _page(SignUpForm(key=sign_up.new_key()))


@bp.post("/sign-up")
def make() -> Response | tuple[str, int]:
    """Make the account and sign in, whether or not the address has an account."""
    begin_reading()
    form = SignUpForm.sent()
    if not form.validate():
        return _page(form), 422
    allowance.for_mail(form.address.key)
    try:
        token = _account(form)
    except sign_up.SentTwice:  # the other one is made by now
        token = _account(form)
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _page(form), 422
    return session.start(token, session.next_page())


def _account(form: SignUpForm) -> str:
    """Hash first, then write."""
    begin_reading()
    application = sign_up.prepare(
        name=form.name.data or "",
        email=form.email.data or "",
        password=form.password.data or "",
        language=language.current(),
        key=form.key.data or "",
        site=identity.name(),
        time_zone=zones.likely(),
        onward=session.invitation(),
    )
    begin_writing()
    person = sign_up.sign_up(application)
    token = accounts.sign_in(person, session.browser(), instead_of=session.token())
    db.session.commit()
    return token


def _page(form: SignUpForm) -> str:
    caching.never_keep()
    return render_template(
        "accounts/sign_up.html", form=form, next=session.wanted(), action=url_for("sign_up.make")
    )
