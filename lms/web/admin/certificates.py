"""Revoking a certificate: one page, one reason, one grave button."""

from functools import partial

from flask import redirect, render_template, url_for

from lms.database import db
from lms.domain import ending
from lms.models import Certificate
from lms.web import access
from lms.web.admin.shared import Answer, ReasonForm, pages, refusal

bp = pages("admin_certificates", __name__)


@bp.get("/certificates/<number>/revocation")
def revocation(number: str) -> str:
    """What it means."""
    return _page(ending.find_to_revoke(access.user(), number), ReasonForm())


@bp.post("/certificates/<number>/revocation")
def revoke(number: str) -> Answer:
    """End it for good."""
    me, form = access.user(), ReasonForm.sent()
    certificate = ending.find_to_revoke(me, number)
    revoke_it = partial(ending.revoke, me, certificate)
    if why_not := refusal(form, revoke_it, lambda: _page(certificate, form)):
        return why_not
    db.session.commit()
    return redirect(url_for("certificates.verify", number=certificate.number), 303)


def _page(certificate: Certificate, form: ReasonForm) -> str:
    return render_template("admin/revocation.html", certificate=certificate, form=form)
