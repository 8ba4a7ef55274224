"""One's account: name, language, time zone, password, and the browsers that are signed in."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, links, profile, sign_ins
from lms.domain.errors import Invalid
from lms.web import access, account_page, allowance, caching, fields, identity, session
from lms.web.account_page import ChangePasswordForm, LanguageForm, NameForm, ZoneForm
from lms.web.fields import NewPasswordForm

bp = Blueprint("account", __name__)

Answer = Response | tuple[str, int]


@bp.get("/account")
def account() -> str:
    """Everything about me that I can change."""
    return account_page.show()


@bp.post("/account/name")
def name() -> Answer:
    """Change it; certificates that were issued stay as they are."""
    me, form = access.user(), NameForm.sent()
    try:
        profile.rename(me, form.name.data or "")
    except Invalid as error:
        return account_page.wrong(form, error, name=form)
    db.session.commit()
    return account_page.back("name")


@bp.post("/account/language")
def language() -> Answer:
    """Change it; the page comes back in it."""
    me, form = access.user(), LanguageForm.sent()
    if not form.validate():
        return account_page.show(language=form), 422
    chosen = form.language.data or ""
    profile.set_language(me, chosen)
    db.session.commit()
    return account_page.back("language", lang=chosen)


@bp.post("/account/time-zone")
def time_zone() -> Answer:
    """Change it."""
    me, form = access.user(), ZoneForm.sent()
    try:
        profile.set_time_zone(me, form.time_zone.data or "")
    except Invalid as error:
        return account_page.wrong(form, error, zone=form)
    db.session.commit()
    return account_page.back("time-zone")


@bp.post("/account/confirmation")
def confirmation() -> Answer:
    """Send the mail again that confirms the address."""
    me = access.user()
    allowance.for_mail(me.email_key)
    links.send_confirmation(me)
    db.session.commit()
    return account_page.back("confirmation")


# --- the password -------------------------------------------------------------------------------


@bp.post("/account/new-password")
def change_password() -> Answer:
    """Who knows the present one may choose another."""
    begin_reading()
    me, form = access.user(), ChangePasswordForm.sent()
    allowance.for_sign_in(me.email_key)
    try:
        proven = profile.prove_password(me, form.present.data or "")
        new = _hashed(form)
    except Invalid as error:
        return account_page.wrong(form, error, password=form)
    begin_writing()
    profile.change_password(me, new, proven=proven, token=session.token())
    db.session.commit()
    return account_page.back("password")


@bp.get("/account/password")
def password() -> Response | str:
    """A first password, for who came in by a link and has none."""
    if access.user().password_hash is not None:
        return redirect(url_for("account.account"), 303)
    return _first_password_page(NewPasswordForm())


@bp.post("/account/password")
def set_first_password() -> Answer:
    """Set it."""
    begin_reading()
    me, form = access.user(), NewPasswordForm.sent()
    allowance.for_new_password()
    try:
        new = _hashed(form)
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _first_password_page(form), 422
    begin_writing()
    accounts.set_first_password(me, new)
    db.session.commit()
    return redirect(session.next_page(), 303)


def _hashed(form: NewPasswordForm) -> str:
    return accounts.new_password_hash(access.user(), form.password.data or "", site=identity.name())


def _first_password_page(form: NewPasswordForm) -> str:
    caching.never_keep()
    return render_template("accounts/password.html", form=form, next=session.next_page())


# --- browsers -----------------------------------------------------------------------------------


@bp.post("/account/sign-ins/<int:sign_in_id>")
def end_sign_in(sign_in_id: int) -> Answer:
    """End one: a phone that was lost."""
    sign_ins.end_sign_in(access.user(), sign_in_id)
    db.session.commit()
    return account_page.back("signed-out")


@bp.post("/account/other-sign-ins")
def end_others() -> Answer:
    """End what a lost phone or a shared computer can still do."""
    sign_ins.end_other_sign_ins(access.user(), session.token())
    db.session.commit()
    return account_page.back("signed-out")
