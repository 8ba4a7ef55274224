"""How an organisation presents itself, and who belongs to it: for its managers."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField, StringField

from lms.database import db
from lms.domain import membership, organisations, partners, site
from lms.domain.errors import Invalid, Missing, _
from lms.domain.partners import Picture, Profile
from lms.domain.permissions import Action
from lms.models import MembershipRole, Organisation
from lms.web import access, language
from lms.web.admin import words
from lms.web.admin.shared import Answer, back, choices, page_number, refused
from lms.web.fields import AddressForm
from lms.web.forms import Form
from lms.web.language import LANGUAGES
from lms.web.partners.shared import confirm, named, organisation_here, parents_of
from lms.web.people_only import pages

bp = pages("partners_organisation", __name__)

DONE = {
    "changed": _("It is saved."),
    "picture": _("The picture is saved."),
    "removed": _("The picture is removed."),
    "invited": _("The invitation is on its way."),
    "taken-back": _("The invitation is taken back."),
    "parted": _(
        "The person does not belong to the organisation any more, and hears of it by mail."
    ),
}
LINE = {"maxlength": 200, "dir": "auto", "autocomplete": "off"}


class ProfileForm(Form):
    """Names in other languages are read from ``name-CODE``."""

    name = StringField(lazy_gettext("Name"), default="", render_kw={**LINE, "required": True})
    site = StringField(
        lazy_gettext("Site"),
        default="",
        render_kw={"maxlength": 500, "inputmode": "url", "dir": "ltr", "autocapitalize": "none"},
    )
    contact = StringField(
        lazy_gettext("Contact"), default="", render_kw={"maxlength": 500, "dir": "auto"}
    )
    signatory_name = StringField(lazy_gettext("Who signs certificates"), default="", render_kw=LINE)
    signatory_role = StringField(lazy_gettext("Office of that person"), default="", render_kw=LINE)

    @property
    def profile(self) -> Profile:
        """What was sent."""
        return Profile(
            names={code: request.form.get(f"name-{code}", "") for code in LANGUAGES},
            **{name: field.data or "" for name, field in self._fields.items()},
        )


class PictureForm(Form):
    """Pictures. The fields hold nothing: what was sent is in request.files."""

    logo = FileField(lazy_gettext("A PNG or SVG file"), render_kw={"accept": ".png,.svg"})
    signature = FileField(lazy_gettext("A PNG or SVG file"), render_kw={"accept": ".png,.svg"})


class OfferForm(AddressForm):
    """Whose address, and what they shall be."""

    role = SelectField(
        lazy_gettext("Role"),
        choices=choices(words.MEMBERSHIPS),
        default=MembershipRole.MANAGER.value,
    )


@bp.get("/<slug>/organisation")
def profile(slug: str) -> str:
    """Names, site, contact, pictures."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    return _profile(organisation, ProfileForm(obj=organisation), PictureForm())


@bp.post("/<slug>/organisation")
def describe(slug: str) -> Answer:
    """Save all but the pictures."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    form = ProfileForm.sent()
    try:
        partners.describe(access.user(), organisation, form.profile)
    except Invalid as error:
        refused(form, error)
        return _profile(organisation, form, PictureForm()), 422
    db.session.commit()
    return back(".profile", "changed", slug=slug)


@bp.post("/<slug>/organisation/<which>")
def picture(slug: str, which: str) -> Answer:
    """Keep a picture, if it is harmless."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    kind, form, sent = _kind(which), PictureForm(), request.files.get(which)
    try:
        partners.set_picture(access.user(), organisation, kind, sent.read() if sent else b"")
    except Invalid as error:
        refused(form, error)
        return _profile(organisation, ProfileForm(obj=organisation), form), 422
    db.session.commit()
    return back(".profile", "picture", slug=slug)


@bp.get("/<slug>/organisation/<which>/removal")
def removal(slug: str, which: str) -> str:
    """One question."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    is_logo = _kind(which) is Picture.LOGO
    return confirm(
        organisation,
        title=gettext("Remove the logo?") if is_logo else gettext("Remove the signature?"),
        intro="",
        sentences=[gettext("Certificates that were issued stay as they are.")],
        button=gettext("Remove"),
        back=url_for(".profile", slug=slug),
    )


@bp.post("/<slug>/organisation/<which>/removal")
def remove(slug: str, which: str) -> Response:
    """No picture any more."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    partners.remove_picture(access.user(), organisation, _kind(which))
    db.session.commit()
    return back(".profile", "removed", slug=slug)


@bp.get("/<slug>/members")
def members(slug: str) -> str:
    """Who belongs to it, and who was invited."""
    return _members(organisation_here(slug, Action.CHANGE_ORGANISATION), OfferForm())


@bp.post("/<slug>/members")
def invite(slug: str) -> Answer:
    """Offer a role by mail."""
    organisation, form = organisation_here(slug, Action.CHANGE_ORGANISATION), OfferForm.sent()
    if not form.validate():
        return _members(organisation, form), 422
    role, spoken = MembershipRole(form.role.data), language.current()
    try:
        membership.invite(access.user(), organisation, form.address.email, role, language=spoken)
    except Invalid as error:
        refused(form, error)
        return _members(organisation, form), 422
    db.session.commit()
    return back(".members", "invited", slug=slug)


@bp.get("/<slug>/members/<public_id>/removal")
def parting(slug: str, public_id: str) -> str:
    """One question."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    one = organisations.find_member(access.user(), organisation, public_id)
    return confirm(
        organisation,
        title=gettext("Remove this member?"),
        intro=one.person.name,
        sentences=[
            gettext(
                "The person does not belong to %(name)s any more, and hears of it by mail.",
                name=named(organisation),
            )
        ],
        button=gettext("Remove"),
        back=url_for(".members", slug=slug),
    )


@bp.post("/<slug>/members/<public_id>/removal")
def part(slug: str, public_id: str) -> Response:
    """End the membership; it may be my own."""
    me, organisation = access.user(), organisation_here(slug, Action.CHANGE_ORGANISATION)
    person = organisations.find_member(me, organisation, public_id).person
    organisations.remove_member(me, organisation, person)
    db.session.commit()
    return back("partners.mine", "left") if person is me else back(".members", "parted", slug=slug)


@bp.post("/<slug>/members/invitations/<int:offer_id>")
def take_back(slug: str, offer_id: int) -> Response:
    """Nobody can take it up any more."""
    organisation = organisation_here(slug, Action.CHANGE_ORGANISATION)
    membership.take_back(access.user(), organisation, offer_id)
    db.session.commit()
    return back(".members", "taken-back", slug=slug)


@bp.get("/invitations/<int:offer_id>")
def offer(offer_id: int) -> str:
    """What is offered to me: one button."""
    invitation, organisation = membership.offered(access.user(), offer_id)
    return render_template(
        "partners/offer.html", invitation=invitation, organisation=organisation, words=words
    )


@bp.post("/invitations/<int:offer_id>")
def take_up(offer_id: int) -> Response:
    """I belong to it."""
    organisation = membership.take_up(access.user(), offer_id)
    db.session.commit()
    return back("partners.mine", "taken-up", slug=organisation.slug)


def _profile(organisation: Organisation, form: ProfileForm, pictures: PictureForm) -> str:
    is_sent = request.method == "POST" and "name" in request.form
    return render_template(
        "partners/organisation.html",
        organisation=organisation,
        parents=parents_of(organisation),
        form=form,
        pictures=pictures,
        names={
            code: request.form.get(f"name-{code}", "")
            if is_sent
            else str(organisation.names.get(code, ""))
            for code in LANGUAGES
        },
        largest=site.LARGEST_LOGO,
        done=DONE.get(request.args.get("done", "")),
    )


def _members(organisation: Organisation, form: OfferForm) -> str:
    people, is_more = membership.insiders(access.user(), organisation, page=page_number())
    return render_template(
        "partners/members.html",
        organisation=organisation,
        parents=parents_of(organisation),
        people=people,
        waiting=membership.waiting(access.user(), organisation),
        form=form,
        page=page_number(),
        goes_on=is_more,
        words=words,
        done=DONE.get(request.args.get("done", "")),
    )


def _kind(which: str) -> Picture:
    if which not in set(Picture):
        raise Missing(_("There is no such file."))
    return Picture(which)
