"""The site itself: its name and its logo."""

from flask import current_app, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import FileField, StringField

from lms.database import db
from lms.domain import site
from lms.domain.errors import Invalid, _
from lms.web import access, identity
from lms.web.admin.shared import Answer, back, confirm, pages, refused
from lms.web.forms import Form

bp = pages("admin_site", __name__)

DONE = {
    "named": _("This is the name of the site now."),
    "logo": _("The logo is on every page."),
    "removed": _("The site has its own mark again."),
}


class NameForm(Form):
    """How the site is called."""

    name = StringField(
        lazy_gettext("Name of the site"),
        default="",
        render_kw={"maxlength": site.LONGEST_NAME, "dir": "auto", "autocomplete": "off"},
    )


class LogoForm(Form):
    """A picture. The field holds nothing: what was sent is in request.files."""

    logo = FileField(
        lazy_gettext("A PNG or SVG file"), render_kw={"accept": ".png,.svg", "required": True}
    )


@bp.get("/site")
def page() -> str:
    """Both forms."""
    return _page(NameForm(name=identity.facts().name or ""), LogoForm())


@bp.post("/site/name")
def name() -> Answer:
    """Change it; empty, the setting counts again."""
    me, form = access.user(), NameForm.sent()
    try:
        site.rename(me, form.name.data or "")
    except Invalid as error:
        refused(form, error)
        return _page(form, LogoForm()), 422
    db.session.commit()
    return back(".page", "named")


@bp.post("/site/logo")
def logo() -> Answer:
    """Keep the file, if it is a harmless picture."""
    me, form = access.user(), LogoForm()
    sent = request.files.get("logo")
    try:
        site.set_logo(me, sent.read() if sent else b"")
    except Invalid as error:
        refused(form, error)
        return _page(NameForm(name=identity.facts().name or ""), form), 422
    db.session.commit()
    return back(".page", "logo")


@bp.get("/site/logo/removal")
def removal() -> str:
    """One question."""
    access.user()
    return confirm(
        title=gettext("Remove the logo?"),
        intro=identity.name(),
        sentences=[gettext("The mark that ships with the software stands on every page again.")],
        button=gettext("Remove"),
        back=url_for(".page"),
        parent=(gettext("Name and logo"), url_for(".page")),
        is_grave=True,
    )


@bp.post("/site/logo/removal")
def remove_logo() -> Response:
    """Our own mark again."""
    site.remove_logo(access.user())
    db.session.commit()
    return back(".page", "removed")


def _page(name_form: NameForm, logo_form: LogoForm) -> str:
    return render_template(
        "admin/site.html",
        name_form=name_form,
        logo_form=logo_form,
        default=current_app.config["SITE_NAME"],
        largest=site.LARGEST_LOGO,
        done=DONE.get(request.args.get("done", "")),
    )
