"""Organisations: make one, name it in several languages, say who belongs to it."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField

from lms.database import db
from lms.domain import organisations, people
from lms.domain.errors import Invalid, _
from lms.models import MembershipRole, Organisation
from lms.web import access, fields
from lms.web.admin import words
from lms.web.admin.shared import Answer, back, choices, confirm, page_number, pages, refused
from lms.web.fields import AddressForm
from lms.web.forms import Form
from lms.web.language import LANGUAGES

bp = pages("admin_organisations", __name__)

DONE = {
    "made": _("The organisation is there. Now say who belongs to it."),
    "changed": _("It is saved."),
    "member": _("The person belongs to the organisation."),
    "removed": _("The person does not belong to the organisation any more."),
}
NAME = {"maxlength": 200, "dir": "auto", "autocomplete": "off"}


class NewForm(Form):
    """What an organisation begins with."""

    name = StringField(lazy_gettext("Name"), default="", render_kw={**NAME, "required": True})
    slug = StringField(
        lazy_gettext("Short name for addresses"),
        default="",
        render_kw={
            "maxlength": 100,
            "required": True,
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "ltr",
        },
    )

    def validate_name(self, field: StringField) -> None:
        """As names are."""
        with fields.beside_the_field():
            organisations.clean_name(field.data or "")

    def validate_slug(self, field: StringField) -> None:
        """Letters, digits, hyphens."""
        with fields.beside_the_field():
            organisations.clean_slug(field.data or "")


class ChangeForm(Form):
    """Names and partnership; the names in other languages are read from ``name-CODE``."""

    name = StringField(lazy_gettext("Name"), default="", render_kw={**NAME, "required": True})
    partner = BooleanField(lazy_gettext("It is a partner"))

    def validate_name(self, field: StringField) -> None:
        """As names are."""
        with fields.beside_the_field():
            organisations.clean_name(field.data or "")


class MemberForm(AddressForm):
    """Whose address, and what they are there."""

    role = SelectField(
        lazy_gettext("Role"),
        choices=choices(words.MEMBERSHIPS),
        default=MembershipRole.MEMBER.value,
    )


@bp.get("/organisations")
def listed() -> str:
    """By name; and a form for a new one."""
    return _list(NewForm())


@bp.post("/organisations")
def make() -> Answer:
    """A new one."""
    me, form = access.user(), NewForm.sent()
    if not form.validate():
        return _list(form), 422
    try:
        made = organisations.make(me, slug=form.slug.data or "", name=form.name.data or "")
    except Invalid as error:
        refused(form, error)
        return _list(form), 422
    db.session.commit()
    return back(".organisation", "made", slug=made.slug)


@bp.get("/organisations/<slug>")
def organisation(slug: str) -> str:
    """Its names, whether it is a partner, its people."""
    found = organisations.find(access.user(), slug)
    return _page(found, _filled(found), MemberForm(), _names(found))


@bp.post("/organisations/<slug>")
def change(slug: str) -> Answer:
    """Save names and partnership."""
    me, form = access.user(), ChangeForm.sent()
    found = organisations.find(me, slug)
    names = {
        code: request.form.get(f"name-{code}", "")[: organisations.LONGEST_NAME]
        for code in LANGUAGES
    }
    if not form.validate():
        return _page(found, form, MemberForm(), names), 422
    organisations.change(
        me, found, name=form.name.data or "", names=names, is_partner=bool(form.partner.data)
    )
    db.session.commit()
    return back(".organisation", "changed", slug=slug)


@bp.post("/organisations/<slug>/members")
def add(slug: str) -> Answer:
    """Whoever has confirmed this address, in this role."""
    me, form = access.user(), MemberForm.sent()
    found = organisations.find(me, slug)
    if not form.validate():
        return _page(found, _filled(found), form, _names(found)), 422
    try:
        person = people.find_by_address(me, form.address.email)
    except Invalid as error:
        refused(form, error)
        found = organisations.find(me, slug)
        return _page(found, _filled(found), form, _names(found)), 422
    organisations.set_member(me, found, person, MembershipRole(form.role.data))
    db.session.commit()
    return back(".organisation", "member", slug=slug)


@bp.get("/organisations/<slug>/members/<public_id>/removal")
def removal(slug: str, public_id: str) -> str:
    """One question."""
    me = access.user()
    found, person = organisations.find(me, slug), people.find(me, public_id)
    return confirm(
        title=gettext("Remove this member?"),
        intro=person.name,
        sentences=[
            gettext(
                "The person does not belong to %(name)s any more, and hears of it by mail.",
                name=found.name,
            )
        ],
        button=gettext("Remove"),
        back=url_for(".organisation", slug=slug),
        parent=(gettext("Organisations"), url_for(".listed")),
        is_grave=True,
    )


@bp.post("/organisations/<slug>/members/<public_id>/removal")
def remove(slug: str, public_id: str) -> Response:
    """End the membership."""
    me = access.user()
    found, person = organisations.find(me, slug), people.find(me, public_id)
    organisations.remove_member(me, found, person)
    db.session.commit()
    return back(".organisation", "removed", slug=slug)


def _list(form: NewForm) -> str:
    rows, is_more = organisations.listed(access.user(), page=page_number())
    return render_template(
        "admin/organisations.html", rows=rows, page=page_number(), goes_on=is_more, form=form
    )


def _page(
    found: Organisation, form: ChangeForm, member_form: MemberForm, names: dict[str, str]
) -> str:
    members, is_more = organisations.members_of(access.user(), found, page=page_number())
    return render_template(
        "admin/organisation.html",
        organisation=found,
        form=form,
        member_form=member_form,
        names=names,
        members=members,
        page=page_number(),
        goes_on=is_more,
        done=DONE.get(request.args.get("done", "")),
        words=words,
    )


def _filled(found: Organisation) -> ChangeForm:
    return ChangeForm(name=found.name, partner=found.partner_since is not None)


def _names(found: Organisation) -> dict[str, str]:
    return {code: str(found.names.get(code, "")) for code in LANGUAGES}
