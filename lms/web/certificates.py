"""Certificates: anyone may check one by its number, or a file; its holder has the file and what ends it."""

from hashlib import sha256
from typing import IO
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from lms import files
from lms.database import begin_reading, db
from lms.domain import certification, correcting, ending, journal, numbers, transparency
from lms.domain.errors import Missing, _
from lms.domain.learning import earning, renewing
from lms.domain.learning.finishing import AGAIN
from lms.domain.numbers import Mistyped
from lms.domain.permissions import Action, may
from lms.models import Award, Certificate
from lms.web import access, caching, checks, language, made, sharing
from lms.web.forms import Form

bp = Blueprint("certificates", __name__)

LARGEST = 20 * 2**20
"""Bytes of a file that is compared: more than any certificate has."""
PIECE = 2**16
RELOAD = 2
"""Seconds after which the page of a file that is being made loads itself again."""
KINDS = {
    Award.COMPLETION: _("Completion"),
    Award.ACHIEVEMENT: _("Achievement: the exam was passed"),
    Award.ATTENDANCE: _("Attendance"),
    Award.DIPLOMA: _("Diploma: all courses of a path"),
}
FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))
"""Signs that some system takes in no file name."""

Answer = AnyResponse | str | tuple[str, int]


class CheckForm(Form):
    """The number on a certificate."""

    number = StringField(
        lazy_gettext("Number of the certificate"),
        default="",
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


@bp.before_request
def keep_nowhere() -> None:
    """Certificates are about people: no cache keeps these pages."""
    caching.never_keep()


@bp.after_request
def stay_unfound(response: Response) -> Response:
    """Nor does any search engine, whatever became of the page."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.app_template_filter()
def language_name(code: str) -> str:
    """A language by the reader's name for it: ``Arabic``."""
    try:
        known = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return code
    return known.get_display_name(language.current()) or code


# --- for everybody ------------------------------------------------------------------------------


@bp.get("/c/")
def check() -> Answer:
    """The form; with a number, on to its page."""
    text = request.args.get("number")
    if text is None:
        return render_template("certificates/check.html", form=CheckForm())
    try:
        return redirect(url_for(".verify", number=numbers.read(text)), 303)
    except Mistyped as error:
        return _mistyped(text, error)


@bp.get("/c/<number>")
def verify(number: str) -> Answer:
    """What is known about this certificate: where the square code leads."""
    checks.count()
    try:
        exact = numbers.read(number)
    except Mistyped as error:
        return _mistyped(number, error)
    if exact != number:
        return redirect(url_for(".verify", number=exact), 302)
    return _page(exact)


@bp.post("/c/<number>")
def compare(number: str) -> Answer:
    """Whether a file is the one that was issued, for browsers that cannot tell; it is kept nowhere."""
    begin_reading()
    request.max_content_length = LARGEST
    checks.count()
    sent = request.files.get("file")
    return _page(number, compared=_digest(sent.stream) if sent and sent.filename else "")


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _page(number: str, compared: str | None = None) -> Answer:
    """All that is known; where the name was corrected, of the certificate that counts today.

    compared: the digest of a file that was sent, "" where none was chosen.
    """
    asked = certification.find(number)
    if asked is None:
        page = render_template("certificates/unknown.html", form=CheckForm(), number=number)
        return page, 404
    certificate = certification.newest_version(asked)
    me = access.me()
    page = render_template(
        "certificates/verify.html",
        certificate=certificate,
        replaced=asked if asked is not certificate else None,
        state=certification.state_of(certificate, journal.now()),
        number=numbers.show(certificate.number),
        title=gettext(certificate.title),  # in a template, _() would take it for markup
        issuer=gettext(certificate.issuer),
        kind=gettext(KINDS[certificate.award]),
        entry=transparency.entry_of(certificate),
        mine=me is not None and certificate.holder_id == me.id,
        may_revoke=may(me, Action.REVOKE_CERTIFICATE),
        same=compared == certificate.pdf_digest if compared else None,
        earlier=bool(compared) and compared == asked.pdf_digest,
        file_error=gettext("Choose a file.") if compared == "" else "",
        linkedin=sharing.to_linkedin(certificate, gettext(certificate.issuer)),
        form=CheckForm(),
    )
    return page, 422 if compared == "" else 200


def _mistyped(text: str, error: Mistyped) -> Answer:
    """A slip is told apart from a number that was never issued."""
    form = CheckForm(number=text[:100])
    form.number.errors = [gettext(error.sentence, **error.values)]
    return render_template("certificates/check.html", form=form), 422


# --- for its holder -----------------------------------------------------------------------------


@bp.get("/certificates/<number>.pdf")
def download(number: str) -> Answer:
    """The file, as an attachment; a page that waits while the worker makes it."""
    certificate = _mine(number)
    if certificate.pdf_digest is None:
        page = render_template("certificates/waiting.html", certificate=certificate)
        return made.reloading(page, RELOAD, when=True)
    response = Response(files.get(certificate.pdf_digest), mimetype="application/pdf")
    response.headers["Content-Disposition"] = attachment(certificate)
    return response


@bp.get("/certificates/<number>/withdrawal")
def withdrawal(number: str) -> Answer:
    """What withdrawing means, and one button."""
    certificate = _mine(number)
    if certificate.revocation is not None:
        return redirect(url_for(".verify", number=certificate.number), 303)
    return render_template("certificates/withdrawal.html", certificate=certificate)


@bp.post("/certificates/<number>/withdrawal")
def withdraw(number: str) -> AnyResponse:
    """End it for good."""
    certificate = _mine(number)
    ending.withdraw(access.user(), certificate)
    db.session.commit()
    return redirect(url_for(".verify", number=certificate.number), 303)


@bp.get("/certificates/<number>/name")
def name(number: str) -> str:
    """What is on it, what would be, and one button."""
    certificate, me = _mine(number), access.user()
    reason = correcting.why_not(me, certificate)
    return render_template(
        "certificates/name.html",
        certificate=certificate,
        reason=reason and gettext(reason.sentence),
    )


@bp.post("/certificates/<number>/name")
def correct(number: str) -> AnyResponse:
    """A new version takes its place."""
    new = correcting.correct(access.user(), _mine(number))
    db.session.commit()
    return redirect(url_for(".verify", number=new.number), 303)


@bp.get("/certificates/<number>/renewal")
def renewal(number: str) -> str:
    """What must be done to earn it again."""
    certificate, me = _mine(number), access.user()
    course, _edition, progress = earning.progress_to_renew(me, certificate)
    return render_template(
        "certificates/renewal.html",
        certificate=certificate,
        course=course,
        text=progress.text,
        is_open=progress.anew is not None,
        opens=certificate.valid_until and certificate.valid_until - AGAIN,
        missing=renewing.missing(progress),
    )


@bp.post("/certificates/<number>/renewal")
def renew(number: str) -> AnyResponse:
    """The next one."""
    new = earning.renew(access.user(), _mine(number))
    db.session.commit()
    return redirect(url_for(".verify", number=new.number), 303)


def attachment(certificate: Certificate) -> str:
    """A name that tells the file apart in a full folder, in any script (RFC 6266)."""
    number = numbers.show(certificate.number)
    name = f"{certificate.holder_name[:60]} – {certificate.course_title[:60]} – {number}.pdf"
    encoded = quote(name.translate(FORBIDDEN), safe="")
    return f"attachment; filename=\"certificate-{number}.pdf\"; filename*=UTF-8''{encoded}"


def _mine(number: str) -> Certificate:
    """The certificate of the person who is signed in; 403 for others, 404 when there is none."""
    me = access.user()
    try:
        return certification.certificate_for(me, numbers.read(number))
    except Mistyped:
        raise Missing(_("There is no such certificate.")) from None
