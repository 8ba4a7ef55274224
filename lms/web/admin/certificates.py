"""Revoking a certificate: one page, one reason, one grave button."""

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext
from wtforms import TextAreaField

from lms.database import db
from lms.domain import ending
from lms.domain.errors import Conflict, Invalid
from lms.models import Certificate
from lms.web import access
from lms.web.admin.shared import Answer, pages, refused
from lms.web.forms import Form

bp = pages("admin_certificates", __name__)


class RevocationForm(Form):
    """Why it shall be worth nothing any more."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        default="",
        render_kw={"rows": 3, "maxlength": ending.LONGEST_REASON, "required": True, "dir": "auto"},
    )


@bp.get("/certificates/<number>/revocation")
def revocation(number: str) -> str:
    """What it means."""
    return _page(ending.find_to_revoke(access.user(), number), RevocationForm())


@bp.post("/certificates/<number>/revocation")
def revoke(number: str) -> Answer:
    """End it for good."""
    me, form = access.user(), RevocationForm.sent()
    certificate = ending.find_to_revoke(me, number)
    try:
        ending.revoke(me, certificate, form.reason.data or "")
    except Invalid as error:
        refused(form, error)
        return _page(certificate, form), 422
    except Conflict as conflict:
        refused(form, Invalid(conflict.sentence, field="reason"))
        return _page(certificate, form), 409
    db.session.commit()
    return redirect(url_for("certificates.verify", number=certificate.number), 303)


def _page(certificate: Certificate, form: RevocationForm) -> str:
    return render_template("admin/revocation.html", certificate=certificate, form=form)
