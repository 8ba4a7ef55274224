"""A list of addresses, in a file or pasted: the form for it, wherever one is taken in."""

from flask import request
from flask_babel import lazy_gettext
from wtforms import FileField, StringField
from wtforms.widgets import TextArea

from lms.domain.cohorts import lists
from lms.domain.cohorts.lists import Tried
from lms.web.forms import Form

LARGEST = 2 * lists.LARGEST
"""Bytes of a whole form: what is pasted may be as long as a file."""


class ListForm(Form):
    """A file, or what was pasted. The field of the file holds nothing: see request.files."""

    addresses = StringField(
        lazy_gettext("Addresses"),
        default="",
        widget=TextArea(),
        render_kw={"rows": 8, "dir": "auto", "spellcheck": "false", "autocapitalize": "none"},
    )
    file = FileField(lazy_gettext("Or a CSV file"), render_kw={"accept": ".csv,.txt,.tsv"})

    @property
    def tried(self) -> Tried:
        """Every line, tried; Invalid for what is no list."""
        sent = request.files.get("file")
        has_file = sent is not None and sent.filename
        text = lists.read(sent.read()) if sent and has_file else self.addresses.data or ""
        return lists.parse(text)


def expect_a_list() -> None:
    """This request may be larger than others."""
    request.max_content_length = request.max_form_memory_size = LARGEST
