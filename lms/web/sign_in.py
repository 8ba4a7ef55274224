"""Signing in and out, and the page about one's account."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, links, sign_in
from lms.domain.errors import Invalid
from lms.web import access, allowance, caching, fields, session
from lms.web.fields import NewPasswordForm, SignInForm

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
def form() -> Response | str:
    """Address and password, or a link by mail."""
    if access.me() is not None:
        return redirect(session.next_page(), 303)
    return _page(SignInForm())


@bp.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """Every failure gets the same sentence."""
    begin_reading()
    form = SignInForm.sent()
    if not form.validate():
        return _page(form), 422
    allowance.for_sign_in(form.address.key)
    try:
        proof = sign_in.prove(form.email.data or "", form.password.data or "")
        begin_writing()
        token = sign_in.sign_in(proof, session.browser(), instead_of=session.token())
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _page(form), 422
    db.session.commit()
    return session.start(token, session.next_page())


@bp.post("/sign-out")
def leave() -> Response:
    """Out of this browser; twice is harmless."""
    me, token = access.me(), session.token()
    if me is not None and token is not None:
        accounts.sign_out(me, token)
        db.session.commit()
    return session.end(url_for("learn.catalogue"))


# --- the account --------------------------------------------------------------------------------


@bp.get("/account")
def account() -> str:
    """Who I am here, whether my address is confirmed, and where else I am signed in."""
    me = access.user()
    caching.never_keep()
    return render_template(
        "accounts/account.html",
        others=accounts.other_sign_ins(me, session.token() or ""),
        sent="sent" in request.args,
    )


@bp.post("/account/confirmation")
def confirmation() -> Response:
    """Send the mail again that confirms the address."""
    me = access.user()
    allowance.for_mail(me.email_key)
    links.send_confirmation(me)
    db.session.commit()
    return redirect(url_for("sign_in.account", sent=1), 303)


@bp.post("/account/other-sign-ins")
def end_others() -> Response:
    """End what a lost phone or a shared computer can still do."""
    accounts.sign_out_elsewhere(access.user(), session.token())
    db.session.commit()
    return redirect(url_for("sign_in.account"), 303)


@bp.get("/account/password")
def password() -> Response | str:
    """A first password, for who came in by a link and has none."""
    if access.user().password_hash is not None:
        return redirect(url_for("sign_in.account"), 303)
    return _password_page(NewPasswordForm())


@bp.post("/account/password")
def set_password() -> Response | tuple[str, int]:
    """Set it."""
    begin_reading()
    me, form = access.user(), NewPasswordForm.sent()
    allowance.for_new_password()
    try:
        new = accounts.new_password_hash(
            me, form.password.data or "", site=str(current_app.config["SITE_NAME"])
        )
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _password_page(form), 422
    begin_writing()
    accounts.set_first_password(me, new)
    db.session.commit()
    return redirect(url_for("me.my_learning"), 303)


def _page(form: SignInForm) -> str:
    caching.never_keep()
    return render_template("accounts/sign_in.html", form=form, next=session.wanted())


def _password_page(form: NewPasswordForm) -> str:
    caching.never_keep()
    return render_template("accounts/password.html", form=form)
