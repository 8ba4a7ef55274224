"""Signing in and out."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, sign_in
from lms.domain.errors import Invalid
from lms.web import access, allowance, fields, session, sign_in_page
from lms.web.fields import SignInForm

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
def form() -> Response | str:
    """Address and password, or a link by mail."""
    if access.me() is not None:
        return redirect(session.next_page(), 303)
    return sign_in_page.show()


@bp.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """Every failure gets the same sentence."""
    begin_reading()
    form = SignInForm.sent()
    if not form.validate():
        return sign_in_page.show(form), 422
    allowance.for_sign_in(form.address.key)
    try:
        proof = sign_in.prove(form.email.data or "", form.password.data or "")
        begin_writing()
        entrance = sign_in.sign_in(proof, session.browser(), instead_of=session.token())
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return sign_in_page.show(form), 422
    db.session.commit()
    return session.enter(entrance, session.next_page())


@bp.post("/sign-out")
def leave() -> Response:
    """Out of this browser; twice is harmless."""
    me, token = access.me(), session.token()
    if me is not None and token is not None:
        accounts.sign_out(me, token)
        db.session.commit()
    return session.end(url_for("learn.catalogue"))
