"""Texts about the site, written in the browser: with a preview, and every earlier saving."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from lms.database import begin_reading, db
from lms.domain import people, site_texts
from lms.domain.errors import Conflict, Invalid, Missing, _
from lms.web import access, fields, identity, numbers, standing_texts
from lms.web.admin.shared import Answer, back, confirm, page_number, pages, refused
from lms.web.forms import Form
from lms.web.language import LANGUAGES

bp = pages("admin_texts", __name__)

DONE = {
    "saved": _("The text is saved, and shown at once."),
    "restored": _("The earlier text counts again."),
}


class TextForm(Form):
    """The Markdown; after: the number of the saving that it began from."""

    text = TextAreaField(
        lazy_gettext("Text"),
        default="",
        render_kw={"rows": 20, "dir": "auto", "maxlength": site_texts.LONGEST},
    )
    after = HiddenField(default="0")


@bp.get("/texts")
def listed() -> str:
    """Each text, and the languages in which it was written here."""
    written = identity.facts().texts
    return render_template(
        "admin/texts.html",
        rows=[
            (name, title, written.get(name, {}), standing_texts.languages_of(name))
            for name, title in site_texts.TITLES.items()
        ],
    )


@bp.get("/texts/<name>/<code>")
def text(name: str, code: str) -> str:
    """The text as it counts now, to be changed; its history below."""
    _known(name, code)
    newest = site_texts.newest(name, code)
    form = TextForm(text=standing_texts.source(name, code), after=str(newest.id if newest else 0))
    return _page(name, code, form)


@bp.post("/texts/<name>/<code>")
def save(name: str, code: str) -> Answer:
    """Save it (button ``save``), or only show what it would look like."""
    _known(name, code)
    me, form = access.user(), TextForm.sent()
    written = form.text.data or ""
    try:
        if "save" not in request.form:
            clean = site_texts.clean(written)
            begin_reading()
            return _page(name, code, form, preview=clean)
        after = numbers.read(form.after.data, 0)
        site_texts.write(me, name, code, written, after=after)
    except Invalid as error:
        refused(form, error)
        return _page(name, code, form), 422
    except Conflict as conflict:
        begin_reading()
        newest = site_texts.newest(name, code)
        form.after.data = str(newest.id if newest else 0)
        return _page(name, code, form, conflict=fields.sentence(conflict)), 409
    db.session.commit()
    return back(".text", "saved", name=name, code=code)


@bp.get("/texts/<name>/<code>/<int:text_id>")
def earlier(name: str, code: str, text_id: int) -> str:
    """An earlier saving, as it looked."""
    _known(name, code)
    row = site_texts.find(access.user(), name, code, text_id)
    return render_template(
        "admin/text_earlier.html",
        name=name,
        code=code,
        title=site_texts.TITLES[name],
        row=row,
        shown=standing_texts.shown(row.text, code, ()),
    )


@bp.get("/texts/<name>/<code>/<int:text_id>/restoration")
def restoration(name: str, code: str, text_id: int) -> str:
    """One question."""
    _known(name, code)
    site_texts.find(access.user(), name, code, text_id)
    return confirm(
        title=gettext("Use this earlier text again?"),
        intro=f"{gettext(site_texts.TITLES[name])}, {LANGUAGES[code]}",
        sentences=[gettext("What was saved since then stays in the history.")],
        button=gettext("Use it again"),
        back=url_for(".earlier", name=name, code=code, text_id=text_id),
        parent=(gettext("Texts about the site"), url_for(".listed")),
        is_grave=False,
    )


@bp.post("/texts/<name>/<code>/<int:text_id>/restoration")
def restore(name: str, code: str, text_id: int) -> Response:
    """Save it once more."""
    _known(name, code)
    site_texts.restore(access.user(), name, code, text_id)
    db.session.commit()
    return back(".text", "restored", name=name, code=code)


def _known(name: str, code: str) -> None:
    if name not in site_texts.TITLES or code not in LANGUAGES:
        raise Missing(_("There is no page at this address."))


def _page(name: str, code: str, form: TextForm, *, preview: str = "", conflict: str = "") -> str:
    rows, is_more = site_texts.history(access.user(), name, code, page=page_number())
    return render_template(
        "admin/text.html",
        name=name,
        code=code,
        title=site_texts.TITLES[name],
        form=form,
        shown=standing_texts.shown(preview, code, ()) if preview else None,
        conflict=conflict,
        rows=rows,
        names=people.names_of({row.by for row in rows}),
        page=page_number(),
        goes_on=is_more,
        done=DONE.get(request.args.get("done", "")),
    )
