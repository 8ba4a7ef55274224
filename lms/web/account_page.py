"""The page about one's account: its forms, and what it says after each of them."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import AnyOf

from lms.database import begin_reading
from lms.domain import address_change, forgetting, journal, notices, sign_ins
from lms.domain.errors import Invalid, _
from lms.domain.permissions import Action, may
from lms.models import MailKind
from lms.web import access, caching, fields, language, session, zones
from lms.web.fields import NewAddressForm, NewPasswordForm
from lms.web.forms import Form
from lms.web.language import LANGUAGES

DONE = {
    "name": _("Your name is changed."),
    "language": _("This is your language now, on pages and in mails."),
    "time-zone": _("Times are shown as it is there."),
    "password": _("Your password is changed. You are signed out in all other browsers."),
    "asked": _("We have sent a mail to the new address. Open its link within an hour."),
    "asked-old": _("We have sent a mail to your present address. Open its link within an hour."),
    "address": _("Your account has its new address."),
    "confirmation": _("We have sent a mail to your address. Open its link within an hour."),
    "signed-out": _("You are signed out there."),
    "mails": _("You get the mails that you chose."),
}
"""What was done → what the page says about it."""
NOTICES = {
    MailKind.EARNED: _("I have earned a certificate"),
    MailKind.MARKED: _("What I handed in was marked"),
    MailKind.DUE: _("Something is due soon"),
    MailKind.CHANGED: _("A course that I finished has changed"),
    MailKind.COHORT_REMINDER: _("A cohort of mine reminds me to go on"),
    MailKind.COHORT_MESSAGE: _("An organisation writes to a cohort that I am in"),
    MailKind.LOG_HEAD: _("The head of the transparency log, for managers of partners"),
}
"""The kinds of mail that can be switched off, in words."""


class NameForm(Form):
    """How a person is called here."""

    name = StringField(
        lazy_gettext("Name as you write it"),
        render_kw={"autocomplete": "name", "dir": "auto", "required": True},
    )


class LanguageForm(Form):
    """One of the languages of the menu."""

    language = StringField(
        lazy_gettext("Your language"), validators=[AnyOf(LANGUAGES, values_formatter=", ".join)]
    )


class ZoneForm(Form):
    """Where a person lives. The domain says which zones there are."""

    time_zone = StringField(lazy_gettext("A city with the same time as yours"))


class ChangePasswordForm(NewPasswordForm):
    """The present one, and a new one."""

    present = fields.present_password_field()


def show(**sent: Form) -> str:
    """The page. ``sent``: a form that came with something wrong in it, by its name below."""
    me = access.user()
    caching.never_keep()
    forms: dict[str, Form] = {
        "name": NameForm(name=me.name),
        "language": LanguageForm(language=me.language),
        "zone": ZoneForm(time_zone=me.time_zone),
        "address": NewAddressForm(),
        "password": ChangePasswordForm(),
    }
    token = session.token()
    return render_template(
        "accounts/account.html",
        forms={**forms, **sent},
        zones=zones.by_region(language.current()),
        wrong=next(iter(sent.values()), None),
        done=DONE.get(request.args.get("done", "")),
        pending=address_change.pending(me),
        ends_at=forgetting.end_of(me, current_app.config["UNCONFIRMED_DAYS"]),
        browsers=[(one, sign_ins.is_here(one, token)) for one in sign_ins.sign_ins_of(me)],
        now=journal.now(),
        administers=may(me, Action.ADMINISTER),
        notices=NOTICES,
        refused=notices.refused_by(me),
    )


def wrong(form: Form, error: Invalid, **which: Form) -> tuple[str, int]:
    """The page again, with what a deed refused beside its field."""
    begin_reading()
    form.accept(error, fields.sentence(error))
    return show(**which), 422


def back(done: str, *, lang: str | None = None) -> Response:
    """To the page, which says what was done; ``lang``: in another language than this request's."""
    where = url_for("account.account", done=done, lang=lang or language.current())
    return redirect(where, 303)
