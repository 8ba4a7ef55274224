"""Each kind of refusal becomes one page and one HTTP status, here and nowhere else."""

import logging
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, NotFound, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from lms import files
from lms.database import begin_reading
from lms.domain.errors import (
    Conflict,
    Denied,
    DomainError,
    Invalid,
    Missing,
    ProofNeeded,
    SecondStepNeeded,
    TooMany,
    _,
)
from lms.web import access, language
from lms.web.access import SAFE, SignInNeeded

STATUS: dict[type[DomainError], int] = {
    Missing: 404,
    Denied: 403,
    Invalid: 422,
    Conflict: 409,
    TooMany: 429,
}
SENTENCES = {
    400: _("The server did not understand this request."),
    404: _("There is no page at this address."),
    405: _("This page cannot be used in that way."),
    413: _("What you sent is too large."),
}
AGAIN = 30
"""Seconds after which it is worth to try again when the database could not be used."""
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """One handler for each family of errors."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(SignInNeeded, sign_in_first)
    app.register_error_handler(SecondStepNeeded, set_up_first)
    app.register_error_handler(ProofNeeded, prove_first)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(DataError, unfit)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(NoConnection, unavailable)
    app.register_error_handler(files.Away, unavailable)
    app.register_error_handler(Exception, broken)


def refused(error: DomainError) -> AnyResponse:
    """A deed said no: its sentence in the reader's language."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    response = page(status, gettext(error.sentence, **error.values))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def sign_in_first(_error: SignInNeeded) -> AnyResponse:
    """To the sign-in page, and back here afterwards."""
    return redirect(url_for("sign_in.form", next=_back()), 303)


def set_up_first(_error: SecondStepNeeded) -> AnyResponse:
    """To the page where a second step is set up, and back here afterwards."""
    return redirect(url_for("factors.page", next=_back()), 303)


def prove_first(_error: ProofNeeded) -> AnyResponse:
    """To the page that asks whether it is still you, and back here afterwards."""
    return redirect(url_for("proof.form", next=_back()), 303)


def _back() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else _page_before()


def _page_before() -> str:
    """The page whose form was sent: a POST has no page of its own to come back to."""
    return urlsplit(request.referrer or "").path


def failed(error: HTTPException) -> AnyResponse:
    """What Flask itself refuses; an address without a language is sent on first."""
    if isinstance(error, NotFound) and (elsewhere := language.send_on()):
        return elsewhere
    if isinstance(error, SecurityError):  # another host: no address of ours can be made for it
        return Response(f"{gettext(SENTENCES[400])}\n", 400, mimetype="text/plain")
    status = error.code or 500
    return page(status, gettext(SENTENCES.get(status, error.description or error.name)))


def unfit(_error: DataError) -> AnyResponse:
    """Signs that no database keeps, such as NUL, where nobody types: in an address, or from a program."""
    g.pop("me", None)
    begin_reading()
    return page(400, gettext(SENTENCES[400]))


def unavailable(error: Exception) -> AnyResponse:
    """The database or the store is locked, full or away. What was sent is not saved, and can be sent again."""
    reference = _note(error)
    again = {}
    if request.method in SAFE:
        sentence = gettext("This page cannot be shown at the moment.")
    else:
        sentence = gettext("This could not be saved at the moment.")
        again = _sent()
    response = page(503, sentence, reference=reference, again=again)
    response.headers["Retry-After"] = str(AGAIN)
    return response


def _sent() -> dict[str, list[str]]:
    """What a form sent, to be sent again with one button. No password is written into a page."""
    secret = any("password" in name for name in request.form)
    return {} if secret or request.files else request.form.to_dict(flat=False)


def broken(error: Exception) -> AnyResponse:
    """A fault of ours: the page shows a number that stands in the log beside the fault."""
    return page(500, gettext("Something broke on our side."), reference=_note(error))


def _note(error: Exception) -> str:
    """Write it down; the number. The page that follows reads only, if there is anything to read."""
    reference = secrets.token_hex(4)
    rule = request.url_rule or "an unknown address"  # the address itself may hold a token
    log.error("error %s at %s %s", reference, request.method, rule, exc_info=error)
    g.pop("me", None)  # as read in the transaction that failed
    try:
        begin_reading()
        access.me()
    except SQLAlchemyError:
        g.me = None
    return reference


def page(
    status: int,
    sentence: str,
    *,
    reference: str = "",
    again: Mapping[str, list[str]] = MappingProxyType({}),
) -> Response:
    """The error page; a script that asked for JSON gets the sentence as JSON."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = jsonify(error=sentence)
    else:
        response = make_response(
            render_template(
                "error.html",
                status=status,
                sentence=sentence,
                reference=reference,
                again=again,
            )
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
