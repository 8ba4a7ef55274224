"""Links by mail: asking for one, and what its page offers."""

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.database import begin_reading, begin_writing, db
from lms.domain import accounts, addresses, links
from lms.domain.errors import Invalid, Missing
from lms.domain.links import Promise
from lms.domain.provider_accounts import Identity
from lms.models import LinkPurpose, User
from lms.web import access, allowance, caching, fields, identity, language, notes, session
from lms.web.fields import AddressForm, NewPasswordForm

bp = Blueprint("links", __name__)

Answer = Response | str | tuple[str, int]


# --- asking for one -----------------------------------------------------------------------------


@bp.get("/links")
def ask() -> str:
    """A link that signs in, instead of a password."""
    return render_template("accounts/ask_link.html", form=AddressForm())


@bp.post("/links")
def send() -> Answer:
    """The same page follows, whether or not there is an account."""
    return _send(links.send_sign_in, "accounts/ask_link.html")


@bp.get("/new-password")
def ask_reset() -> str:
    """A link to choose a new password."""
    return render_template("accounts/ask_reset.html", form=AddressForm())


@bp.post("/new-password")
def send_reset() -> Answer:
    """Likewise."""
    return _send(links.send_reset, "accounts/ask_reset.html")


@bp.get("/links/sent")
def sent() -> str:
    """Look into your mailbox."""
    return render_template("accounts/link_sent.html")


def _send(deed: Callable[[str, str], None], page: str) -> Answer:
    form = AddressForm.sent()
    if not form.validate():
        return render_template(page, form=form), 422
    allowance.for_mail(form.address.key)
    deed(form.email.data or "", language.current())
    db.session.commit()
    return redirect(url_for("links.sent"), 303)


# --- using it -----------------------------------------------------------------------------------


@bp.get("/links/<token>")
def look(token: str) -> Answer:
    """Says what the button will do; uses nothing, for mail scanners open links, too."""
    me = access.me()
    try:
        promise = links.look_at(token, me)
    except Missing as error:
        return _old(error)
    return _page(promise, me, NewPasswordForm())


@bp.post("/links/<token>")
def use(token: str) -> Answer:
    """Sign in, or set a new password and sign in."""
    begin_reading()
    me = access.me()
    try:
        promise = links.look_at(token, me)
        if promise.purpose is LinkPurpose.RESET:
            return _reset(token, promise, me)
        return _enter(token, promise, me)
    except Missing as error:
        return _old(error)


def _enter(token: str, promise: Promise, me: User | None) -> Answer:
    identity = _identity(promise) if "connect" in request.form else None
    begin_writing()
    entrance = links.enter(
        token, me, session.browser(), instead_of=session.token(), identity=identity
    )
    has_password = entrance.person.password_hash is not None
    db.session.commit()
    is_done = has_password or identity is not None
    onward = session.wanted()
    to = session.next_page() if is_done else url_for("account.password", next=onward or None)
    waiting = {} if identity is None else {"identity": asdict(identity)}
    response = session.enter(entrance, to, **waiting)
    if identity is not None:
        notes.drop(response, "identity")
    return response


def _identity(promise: Promise) -> Identity | None:
    """Who came to this browser from a provider before, and gave the address of this very person."""
    note = notes.read("identity")
    if note is None or addresses.read(note["email"]).key != promise.person.email_key:
        return None
    return Identity(**note)


def _reset(token: str, promise: Promise, me: User | None) -> Answer:
    form = NewPasswordForm.sent()
    allowance.for_new_password()
    try:
        new = accounts.new_password_hash(
            promise.person, form.password.data or "", site=identity.name()
        )
    except Invalid as error:
        form.accept(error, fields.sentence(error))
        return _page(promise, me, form), 422
    begin_writing()
    entrance = links.reset(
        token, me, session.browser(), password_hash=new, instead_of=session.token()
    )
    db.session.commit()
    return session.enter(entrance, url_for("me.my_learning"))


def _page(promise: Promise, me: User | None, form: NewPasswordForm) -> str:
    caching.never_keep()
    page = "reset" if promise.purpose is LinkPurpose.RESET else "enter"
    stranger = me if me is not None and me.id != promise.person.id and not promise.joins else None
    return render_template(
        f"accounts/link_{page}.html",
        promise=promise,
        form=form,
        stranger=stranger,
        identity=_identity(promise),
    )


def _old(_error: Missing) -> Answer:
    """Used, too old or mistyped: a new one is one field away."""
    caching.never_keep()
    begin_reading()
    return render_template("accounts/link_old.html", form=AddressForm()), 410
