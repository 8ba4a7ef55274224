"""The page on which one signs in, by whatever way there is."""

from flask import render_template

from lms import openid
from lms.web import caching, passkey_answers, session
from lms.web.fields import SignInForm


def show(form: SignInForm | None = None, *, problem: str = "") -> str:
    """``problem``: why another way did not work."""
    caching.never_keep()
    return render_template(
        "accounts/sign_in.html",
        form=form or SignInForm(),
        next=session.wanted(),
        problem=problem,
        passkeys=passkey_answers.place() is not None,
        providers=[client.provider for client in openid.clients().values()],
    )
