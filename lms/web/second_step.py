"""The second step of signing in, and signing in with a passkey alone."""

from typing import Any

from flask import Blueprint, Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.database import begin_reading, db
from lms.domain import entering, factors, passkeys, provider_accounts, showing
from lms.domain.errors import Invalid, Missing
from lms.domain.provider_accounts import Identity
from lms.models import User
from lms.web import allowance, caching, fields, notes, passkey_answers, session, sign_in_page
from lms.web.second_step_form import StepForm

bp = Blueprint("second_step", __name__)

Answer = AnyResponse | str | tuple[str, int]
SIGN_IN, STEP = "sign in", "step"
"""What a passkey is asked for: alone, or as the second step."""


@bp.get("/sign-in/second-step")
def form() -> Answer:
    """What can be shown: whatever this person has set up."""
    try:
        person, _note = _who_waits()
    except Missing as error:
        return _again(error)
    return _page(person, StepForm())


@bp.post("/sign-in/second-step")
def show() -> Answer:
    """Signed in when it is right."""
    form = StepForm.sent()
    try:
        person, note = _who_waits()
        allowance.for_second_step(person.public_id)
        entrance = showing.sign_in(
            person,
            passkey_answers.shown(form, STEP, person.public_id),
            passkey_answers.here(),
            session.browser(),
            instead_of=session.token(),
        )
        if note.get("identity"):
            provider_accounts.connect(person, Identity(**note["identity"]))
        notes.use_up("step")
    except Missing as error:
        return _again(error)
    except Invalid as error:
        begin_reading()
        form.accept(error, fields.sentence(error))
        return _page(person, form), 422
    db.session.commit()
    return session.enter(entrance, session.next_page())


@bp.post("/sign-in/second-step/passkey")
def ask() -> Response:
    """What the script asks one of the person's passkeys."""
    allowance.for_passkey()
    begin_reading()
    person, _note = _who_waits()
    question = passkeys.ask(passkey_answers.needed_place(), person)
    return passkey_answers.asked(question, STEP, person.public_id)


# --- without a first step -----------------------------------------------------------------------


@bp.post("/sign-in/passkey/question")
def ask_anybody() -> Response:
    """What the script asks a passkey that knows whose it is."""
    allowance.for_passkey()
    return passkey_answers.asked(passkeys.ask(passkey_answers.needed_place(), None), SIGN_IN)


@bp.post("/sign-in/passkey")
def enter() -> Answer:
    """Signed in, without a password."""
    allowance.for_passkey()
    form = StepForm.sent()
    try:
        entrance = showing.sign_in_with_passkey(
            passkey_answers.shown(form, SIGN_IN, ""),
            passkey_answers.needed_place(),
            session.browser(),
            instead_of=session.token(),
        )
    except Missing as error:
        return _again(error)
    except Invalid as error:
        begin_reading()
        return sign_in_page.show(problem=fields.sentence(error)), 422
    db.session.commit()
    return session.enter(entrance, session.next_page())


def _who_waits() -> tuple[User, dict[str, Any]]:
    """Who did the first step in this browser, and what was to be remembered."""
    note = notes.read("step") or {"person": "", "state": ""}
    return entering.who_waits(note["person"], note["state"]), note


def _again(error: Missing) -> tuple[str, int]:
    begin_reading()
    return sign_in_page.show(problem=fields.sentence(error)), 410


def _page(person: User, form: StepForm) -> str:
    caching.never_keep()
    return render_template(
        "accounts/second_step.html",
        form=form,
        proof=False,
        has=factors.of(person),
        next=session.wanted(),
        action=url_for("second_step.show"),
        question=url_for("second_step.ask") if passkey_answers.place() else "",
        password=None,
        nothing=False,
    )
