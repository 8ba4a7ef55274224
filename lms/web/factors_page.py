"""The page about the second step: what is set up, and what it says after each change."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField

from lms import openid
from lms.domain import factors, passkeys, provider_accounts
from lms.domain.errors import _
from lms.web import access, caching, notes, passkey_answers, session
from lms.web.forms import Form

DONE = {
    "app": _("The app is set up. From now on its codes are asked for when you sign in."),
    "passkey": _("The passkey is kept. From now on you can sign in with it."),
    "renamed": _("The passkey has its new name."),
    "removed": _("It is removed."),
    "codes": _("Keep your recovery codes where you find them without your phone."),
}
"""What was done → what the page says about it."""


class NameForm(Form):
    """What a passkey is called; ``answer``: what its device said, put there by a script."""

    name = StringField(
        lazy_gettext("Name of the device"),
        default="",
        render_kw={"maxlength": passkeys.LONGEST_NAME, "dir": "auto", "autocomplete": "off"},
    )
    answer = StringField(default="")


def show(form: NameForm | None = None) -> str:
    """The page. ``form``: one that came with something wrong in it."""
    me = access.user()
    caching.never_keep()
    return render_template(
        "accounts/factors.html",
        form=form or NameForm(),
        has=factors.of(me),
        connected=[(one, provider_of(one.issuer)) for one in provider_accounts.of(me)],
        place=passkey_answers.place(),
        done=DONE.get(request.args.get("done", "")),
        next=session.wanted(),
    )


def back(done: str) -> Response:
    """To where a second step was asked for, else to the page, which says what was done."""
    return redirect(session.wanted() or url_for("factors.page", done=done), 303)


def added(done: str, codes: Sequence[str]) -> Response:
    """With the first one come recovery codes, to be kept before anything else."""
    return keep(codes) if codes else back(done)


def keep(codes: Sequence[str]) -> Response:
    """To the page that shows them; the browser carries them there, sealed."""
    note = {"codes": list(codes), "whose": access.user().public_id}
    to = url_for("recovery_codes.page", next=session.wanted() or None)
    return notes.put(redirect(to, 303), "codes", note)


def provider_of(issuer: str) -> str:
    """As the operator calls it; one that is gone by its address."""
    known = (one.provider for one in openid.clients().values())
    return next((one.name for one in known if one.issuer == issuer), issuer)
