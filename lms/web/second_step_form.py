"""The fields of a second step."""

from flask_babel import lazy_gettext
from wtforms import StringField

from lms.web.forms import Form


class StepForm(Form):
    """One of three; ``answer`` is a passkey's, put there by a script."""

    code = StringField(
        lazy_gettext("Code from your app"),
        default="",
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"},
    )
    recovery = StringField(
        lazy_gettext("Recovery code"),
        default="",
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )
    answer = StringField(default="")
