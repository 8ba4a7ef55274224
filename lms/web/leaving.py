"""Leaving: the page that says what goes and what stays, and the button at its end."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import AnyOf

from lms.database import begin_reading, begin_writing, db
from lms.domain import certification, privacy, profile, roles
from lms.domain.certification import State
from lms.domain.errors import Invalid, Missing
from lms.domain.journal import now
from lms.models import Certificate, User
from lms.web import access, allowance, caching, fields, session
from lms.web.forms import Form

bp = Blueprint("leaving", __name__)

Answer = Response | str | tuple[str, int]
KEEP, WITHDRAW = "keep", "withdraw"


class LeaveForm(Form):
    """That one is sure, and what shall become of each certificate (fields beside these)."""

    sure = StringField(
        lazy_gettext("Yes, delete my account. I know that nobody can bring it back."),
        validators=[AnyOf(["yes"], lazy_gettext("Tick this if you are sure."))],
    )


class LeaveWithPasswordForm(LeaveForm):
    """The same for who has a password."""

    present_password = fields.present_password_field()


# --- signed in ----------------------------------------------------------------------------------


@bp.get("/account/deletion")
def look() -> str:
    """What goes, what stays, and one form."""
    return _page(access.user(), LeaveWithPasswordForm())


@bp.post("/account/deletion")
def leave() -> Answer:
    """The password again; then it is done at once."""
    begin_reading()
    me, form = access.user(), LeaveWithPasswordForm.sent()
    allowance.for_sign_in(me.email_key)
    withdraw, proven = _fates(me), None
    form.validate()
    try:
        proven = profile.prove_password(
            me, form.present_password.data or "", field="present_password"
        )
    except Invalid as error:
        form.accept(error, fields.sentence(error))
    if form.errors or withdraw is None or proven is None:
        return _page(me, form), 422
    begin_writing()
    privacy.delete_account(me, withdraw=withdraw, proven=proven)
    db.session.commit()
    return session.end(url_for("leaving.left"))


@bp.post("/account/deletion/link")
def send_link() -> Response:
    """For who has no password."""
    me = access.user()
    allowance.for_mail(me.email_key)
    privacy.send_link(me)
    db.session.commit()
    return redirect(url_for("leaving.look", sent="1"), 303)


# --- by the link in the mail --------------------------------------------------------------------


@bp.get("/leave/<token>")
def look_by_link(token: str) -> Answer:
    """The same page; uses nothing, for mail scanners open links, too."""
    try:
        return _page(privacy.person_of_link(token), LeaveForm(), by_link=True)
    except Missing:
        return _old()


@bp.post("/leave/<token>")
def leave_by_link(token: str) -> Answer:
    """The mail proved who it is."""
    form = LeaveForm.sent()
    try:
        person = privacy.person_of_link(token)
        withdraw = _fates(person)
        if not form.validate() or withdraw is None:
            return _page(person, form, by_link=True), 422
        privacy.delete_by_link(token, withdraw=withdraw)
    except Missing:
        return _old()
    db.session.commit()
    return session.end(url_for("leaving.left"))


@bp.get("/left")
def left() -> str:
    """Goodbye."""
    return render_template("privacy/left.html")


# --- what both share ----------------------------------------------------------------------------


def _page(person: User, form: LeaveForm, *, by_link: bool = False) -> str:
    caching.never_keep()
    held = _held(person)
    chosen = {one.number: _fate(one) for one in held}
    return render_template(
        "privacy/leave.html",
        person=person,
        form=form,
        by_link=by_link,
        held=held,
        chosen=chosen,
        open={one.number for one in held if not chosen[one.number] and request.method == "POST"},
        is_needed=roles.is_last_administrator(person),
        sent="sent" in request.args,
    )


def _old() -> Answer:
    """Used, too old or mistyped."""
    caching.never_keep()
    return render_template("privacy/leave_old.html"), 410


def _held(person: User) -> Sequence[Certificate]:
    """Certificates that say something today."""
    every = certification.current_of(person)
    return [one for one in every if certification.state_of(one, now()) is not State.WITHDRAWN]


def _fates(person: User) -> list[str] | None:
    """The numbers of the certificates to be withdrawn; None while one waits for a decision."""
    fates = {one.number: _fate(one) for one in _held(person)}
    if not all(fates.values()):
        return None
    return [number for number, fate in fates.items() if fate == WITHDRAW]


def _fate(certificate: Certificate) -> str:
    """What was chosen for this one, else for all of them; "" for nothing yet."""
    sent: Mapping[str, str] = request.form
    fate = sent.get("certificates") or sent.get(f"certificate-{certificate.number}", "")
    return fate if fate in {KEEP, WITHDRAW} else ""
