"""A new e-mail address: asking for it, and the pages behind the links in the two mails."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from lms.database import db
from lms.domain import address_change
from lms.domain.errors import Invalid, Missing
from lms.models import LinkPurpose
from lms.web import access, account_page, allowance, caching, session
from lms.web.fields import AddressForm

bp = Blueprint("address", __name__)

Answer = Response | str | tuple[str, int]


@bp.post("/account/address")
def ask() -> Answer:
    """The same answer, whether or not the address has an account."""
    me, form = access.user(), AddressForm.sent()
    if not form.validate():
        return account_page.show(address=form), 422
    allowance.for_new_address(me.public_id, form.address.key)
    try:
        address_change.ask(me, form.email.data or "")
    except Invalid as error:
        return account_page.wrong(form, error, address=form)
    db.session.commit()
    return account_page.back("asked")


@bp.get("/address/<token>")
def look(token: str) -> Answer:
    """Says what the button will do; uses nothing, for mail scanners open links, too."""
    caching.never_keep()
    try:
        promise = address_change.look_at(token, access.me())
    except Missing:
        return _old()
    page = "change" if promise.purpose is LinkPurpose.CHANGE_ADDRESS else "undo"
    return render_template(f"accounts/address_{page}.html", promise=promise)


@bp.post("/address/<token>")
def use(token: str) -> Answer:
    """Change the address, or take it back; signed in here afterwards."""
    caching.never_keep()
    me, browser, here = access.me(), session.browser(), session.token()
    try:
        if address_change.look_at(token, me).purpose is LinkPurpose.CHANGE_ADDRESS:
            entrance = address_change.confirm(token, me, browser, instead_of=here)
        else:
            entrance = address_change.undo(token, browser, instead_of=here)
    except Missing:
        return _old()
    has_password = entrance.person.password_hash is not None
    db.session.commit()
    done = url_for("account.account", done="address")
    return session.enter(entrance, done if has_password else url_for("account.password"))


def _old() -> Answer:
    """Used, too old or mistyped."""
    return render_template("accounts/address_old.html"), 410
