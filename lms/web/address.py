"""A new e-mail address: asking for it, and the pages behind the links in the two mails."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import address_change, profile
from lms.domain.errors import Invalid, Missing
from lms.models import LinkPurpose, User
from lms.web import access, account_page, allowance, caching, session
from lms.web.fields import NewAddressForm

bp = Blueprint("address", __name__)

Answer = Response | str | tuple[str, int]
PAGES = {
    LinkPurpose.ALLOW_ADDRESS: "allow",
    LinkPurpose.CHANGE_ADDRESS: "change",
    LinkPurpose.UNDO_ADDRESS: "undo",
}


@bp.post("/account/address")
def ask() -> Answer:
    """The password again; the same answer, whether or not the address has an account."""
    begin_reading()
    me, form = access.user(), NewAddressForm.sent()
    if not form.validate():
        return account_page.show(address=form), 422
    allowance.for_new_address(me.public_id, form.address.key)
    allowance.for_sign_in(me.email_key)
    try:
        proven = _proven(me, form)
        begin_writing()
        address_change.ask(me, form.email.data or "", proven=proven)
    except Invalid as error:
        return account_page.wrong(form, error, address=form)
    db.session.commit()
    return account_page.back("asked" if proven or not me.confirmed_at else "asked-old")


def _proven(me: User, form: NewAddressForm) -> str | None:
    """None for who has no password."""
    if me.password_hash is None:
        return None
    return profile.prove_password(me, form.present_password.data or "", field="present_password")


@bp.get("/address/<token>")
def look(token: str) -> Answer:
    """Says what the button will do; uses nothing, for mail scanners open links, too."""
    caching.never_keep()
    try:
        promise = address_change.look_at(token, access.me())
    except Missing:
        return _old()
    return render_template(f"accounts/address_{PAGES[promise.purpose]}.html", promise=promise)


@bp.post("/address/<token>")
def use(token: str) -> Answer:
    """Change the address, or take it back; signed in here afterwards."""
    caching.never_keep()
    me, browser, here = access.me(), session.browser(), session.token()
    try:
        purpose = address_change.look_at(token, me).purpose
        if purpose is LinkPurpose.ALLOW_ADDRESS:
            return _allow(token)
        if purpose is LinkPurpose.CHANGE_ADDRESS:
            entrance = address_change.confirm(token, me, browser, instead_of=here)
        else:
            entrance = address_change.undo(token, browser, instead_of=here)
    except Missing:
        return _old()
    has_password = entrance.person.password_hash is not None
    db.session.commit()
    done = url_for("account.account", done="address")
    return session.enter(entrance, done if has_password else url_for("account.password"))


def _allow(token: str) -> str:
    """The new mailbox is asked now; nobody is signed in by that."""
    address_change.allow(token)
    db.session.commit()
    begin_reading()
    return render_template("accounts/address_allowed.html")


def _old() -> Answer:
    """Used, too old or mistyped."""
    return render_template("accounts/address_old.html"), 410
