"""What one has beside the password: passkeys and connected providers; resetting for others."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from lms.database import begin_reading, db
from lms.domain import passkeys, provider_accounts, second_step
from lms.domain.errors import Invalid
from lms.web import access, allowance, factors_page, fields, passkey_answers, session
from lms.web.factors_page import NameForm

bp = Blueprint("factors", __name__)

Answer = AnyResponse | tuple[str, int]
NEW_KEY = "new passkey"
"""What a device is asked for here."""


@bp.get("/account/second-step")
def page() -> str:
    """What is set up, and what can be."""
    return factors_page.show()


@bp.post("/account/second-step/passkeys/question")
def ask() -> Response:
    """What the script asks the device: to make a key."""
    me = access.user()
    allowance.for_passkey()
    second_step.require_setting_up(me, session.token())
    question = passkeys.ask_new(me, passkey_answers.needed_place())
    return passkey_answers.asked(question, NEW_KEY, me.public_id)


@bp.post("/account/second-step/passkeys")
def add() -> Answer:
    """Keep the key that the device made."""
    me, form = access.user(), NameForm.sent()
    try:
        codes = passkeys.add(
            me,
            session.token(),
            passkey_answers.needed_place(),
            challenge=passkey_answers.challenge(NEW_KEY, me.public_id),
            answer=form.answer.data or "",
            name=form.name.data or "",
        )
    except Invalid as error:
        begin_reading()
        form.accept(error, fields.sentence(error))
        return factors_page.show(form), 422
    db.session.commit()
    return factors_page.added("passkey", codes)


@bp.post("/account/second-step/passkeys/<int:passkey_id>")
def rename(passkey_id: int) -> Answer:
    """Another name."""
    passkeys.rename(access.user(), passkey_id, NameForm.sent().name.data or "")
    db.session.commit()
    return factors_page.back("renamed")


@bp.post("/account/second-step/passkeys/<int:passkey_id>/removal")
def remove(passkey_id: int) -> Answer:
    """A device that was lost or sold."""
    passkeys.remove(access.user(), session.token(), passkey_id)
    db.session.commit()
    return factors_page.back("removed")


@bp.post("/account/second-step/providers/<int:account_id>/removal")
def disconnect(account_id: int) -> Answer:
    """The organisation lets nobody in as me any more."""
    me = access.user()
    names = {one.id: factors_page.provider_of(one.issuer) for one in provider_accounts.of(me)}
    provider_accounts.disconnect(me, session.token(), account_id, names.get(account_id, ""))
    db.session.commit()
    return factors_page.back("removed")


@bp.post("/admin/people/<int:person_id>/second-step")
def reset(person_id: int) -> Answer:
    """For somebody who lost everything; an administrator knows that it is them."""
    second_step.reset(access.user(), second_step.find_person(person_id))
    db.session.commit()
    return redirect(session.next_page(), 303)
