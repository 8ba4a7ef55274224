"""What all forms share: messages in the reader's language, and text without stray spaces."""

from typing import Any, Self

from flask import request
from wtforms import Form as PlainForm
from wtforms.i18n import get_translations
from wtforms.meta import DefaultMeta

from lms.domain.errors import Invalid
from lms.web import language


class Form(PlainForm):
    """A form of ours. CSRF is refused by the browser's own headers, so there is no token."""

    class Meta(DefaultMeta):
        """WTForms' own messages exist in all our languages."""

        def get_translations(self, form: Any) -> Any:
            """Messages in the language of the page."""
            return get_translations([language.current()])

    @classmethod
    def sent(cls, **kwargs: Any) -> Self:
        """The form with what the browser sent."""
        return cls(request.form, **kwargs)

    def accept(self, error: Invalid, sentence: str) -> None:
        """Show what a deed refused beside its field; above the form when it is about none."""
        if not error.field:
            self.form_errors.append(sentence)
            return
        field = self._fields[error.field]
        field.errors = [*field.errors, sentence]
