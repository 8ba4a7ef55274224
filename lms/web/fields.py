"""Fields of the forms about accounts; the domain says what is wrong with them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import PasswordField, StringField, ValidationError

from lms.domain import accounts, addresses, passwords
from lms.domain.addresses import Address
from lms.domain.errors import DomainError, Invalid
from lms.web.forms import Form


def email_field() -> StringField:
    """Its type is text: browsers' ``type=email`` refuses معلومات@مثال.السعودية."""
    return StringField(
        lazy_gettext("E-mail address"),
        default="",
        render_kw={
            "inputmode": "email",
            "autocomplete": "username",
            "spellcheck": "false",
            "autocapitalize": "none",
            "dir": "auto",
            "required": True,
        },
    )


class AddressForm(Form):
    """Somebody's e-mail address."""

    email = email_field()

    @property
    def address(self) -> Address:
        """The address, once the form is valid."""
        return addresses.read(self.email.data or "")

    def validate_email(self, field: StringField) -> None:
        """In any script."""
        with beside_the_field():
            addresses.read(field.data or "")


def present_password_field() -> PasswordField:
    """Asked again before what a browser left open must not be able to do."""
    return PasswordField(
        lazy_gettext("Present password"),
        default="",
        render_kw={"autocomplete": "current-password", "required": True},
    )


class NewAddressForm(AddressForm):
    """A new address, and the password for who has one."""

    present_password = present_password_field()


def new_password_field(label: LazyString) -> PasswordField:
    """Browsers offer to make one up, and know the least length."""
    return PasswordField(
        label,
        default="",
        render_kw={
            "autocomplete": "new-password",
            "minlength": passwords.SHORTEST,
            "required": True,
        },
    )


class SignInForm(AddressForm):
    """Address and password."""

    password = PasswordField(
        lazy_gettext("Password"), default="", render_kw={"autocomplete": "current-password"}
    )


class SignUpForm(AddressForm):
    """What an account is made of. ``key``: one page makes one account."""

    name = StringField(
        lazy_gettext("Name as you write it"),
        default="",
        render_kw={"autocomplete": "name", "dir": "auto", "required": True},
    )
    email = email_field()
    password = new_password_field(lazy_gettext("Password"))
    key = StringField(default="")

    def validate_name(self, field: StringField) -> None:
        """One field: names have any number of parts, in any order."""
        with beside_the_field():
            accounts.clean_name(field.data or "")

    def validate_password(self, field: PasswordField) -> None:
        """Hard to guess, also for those who know name and address."""
        with beside_the_field():
            passwords.check(field.data or "", about=(self.name.data or "", self.email.data or ""))


class NewPasswordForm(Form):
    """A new password; once is enough, for it can be shown and asked for again."""

    password = new_password_field(lazy_gettext("New password"))


@contextmanager
def beside_the_field() -> Iterator[None]:
    """What the domain refuses is said beside the field."""
    try:
        yield
    except Invalid as error:
        raise ValidationError(sentence(error)) from None


def sentence(error: DomainError) -> str:
    """In the reader's language."""
    return str(gettext(error.sentence, **error.values))
