"""Is it still you? Asked before something that could shut somebody out of their account."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from lms.database import begin_reading, begin_writing, db
from lms.domain import factors, passkeys, profile, proofs, showing
from lms.domain.errors import Invalid, Missing
from lms.web import access, allowance, caching, fields, passkey_answers, session
from lms.web.second_step_form import StepForm

bp = Blueprint("proof", __name__)

Answer = AnyResponse | str | tuple[str, int]
PROOF = "proof"
"""What a passkey is asked for here."""


class ProofForm(StepForm):
    """A second step, or the password."""

    present = PasswordField(
        lazy_gettext("Present password"),
        default="",
        render_kw={"autocomplete": "current-password"},
    )


@bp.get("/account/proof")
def form() -> str:
    """Whatever this person can show."""
    return _page(ProofForm())


@bp.post("/account/proof")
def show() -> Answer:
    """Right: back to where it was asked for."""
    begin_reading()
    me, form = access.user(), ProofForm.sent()
    allowance.for_second_step(me.public_id)
    try:
        if form.present.data:
            proven = profile.prove_password(me, form.present.data)
            begin_writing()
            proofs.prove_by_password(me, session.token(), proven)
        else:
            begin_writing()
            shown = passkey_answers.shown(form, PROOF, me.public_id)
            showing.prove(me, session.token(), shown, passkey_answers.here())
    except Invalid as error:
        begin_reading()
        form.accept(error, fields.sentence(error))
        return _page(form), 422
    except Missing:  # the passkey answered too late: the page asks anew
        return redirect(url_for("proof.form", next=session.wanted()), 303)
    db.session.commit()
    return redirect(session.wanted() or url_for("factors.page"), 303)


@bp.post("/account/proof/passkey")
def ask() -> Response:
    """What the script asks one of my passkeys."""
    me = access.user()
    allowance.for_passkey()
    question = passkeys.ask(passkey_answers.needed_place(), me)
    return passkey_answers.asked(question, PROOF, me.public_id)


def _page(form: ProofForm) -> str:
    me = access.user()
    caching.never_keep()
    return render_template(
        "accounts/second_step.html",
        form=form,
        proof=True,
        has=factors.of(me),
        next=session.wanted(),
        action=url_for("proof.show"),
        question=url_for("proof.ask") if passkey_answers.place() else "",
        password=form.present if me.password_hash else None,
        nothing=not proofs.has_something_to_show(me),
    )
