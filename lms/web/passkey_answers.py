"""What passes between a page and the browser's passkeys: a question as JSON, the answer in a form."""

from typing import Any

from flask import Response, current_app

from lms.domain.errors import Missing, _
from lms.domain.passkeys import Place, Question
from lms.domain.showing import Installation, Shown
from lms.web import notes
from lms.web.forms import Form


def place() -> Place | None:
    """Where passkeys of this installation are for; None where there can be none."""
    settings = current_app.config
    return Place.of(str(settings["PUBLIC_URL"]), str(settings["SITE_NAME"]))


def needed_place() -> Place:
    """The same; Missing where there can be none."""
    found = place()
    if found is None:
        raise Missing(_("Passkeys need a site whose address is a name."))
    return found


def here() -> Installation:
    """What checking a second step needs to know."""
    return Installation(key=str(current_app.config["SECRET_KEY"]), place=place())


def asked(question: Question, what: str, whose: str = "") -> Response:
    """The question for the script; the browser keeps the challenge, sealed, for this purpose only."""
    response = Response(question.options, mimetype="application/json")
    note = {"challenge": question.challenge, "what": what, "whose": whose}
    return notes.put(response, "challenge", note)


def challenge(what: str, whose: str = "") -> str:
    """What was asked for this purpose; used up by asking. Missing when nothing was, or long ago."""
    note: dict[str, Any] | None = notes.read("challenge")
    if note is None or (note["what"], note["whose"]) != (what, whose):
        raise Missing(_("That took too long, or something changed meanwhile. Please begin again."))
    notes.use_up("challenge")
    return str(note["challenge"])


def shown(form: Form, what: str, whose: str) -> Shown:
    """What was sent of a second step."""
    given = {name: form.data.get(name) or "" for name in ("code", "recovery", "answer")}
    return Shown(**given, challenge=challenge(what, whose) if given["answer"] else "")
