"""What the pages of partners share: which organisation, which cohort, and that nothing is kept."""

from flask import Flask, render_template, url_for
from flask_babel import gettext

from lms.domain import organisations, partners
from lms.domain.cohorts import finding
from lms.domain.errors import _
from lms.domain.permissions import Action, may
from lms.models import Cohort, Organisation
from lms.web import access, language

DONE = {
    "made": _("The cohort is there. Now choose its courses."),
    "changed": _("It is saved."),
    "written": _("The message is on its way to everybody in the cohort."),
    "taken-up": _("You belong to the organisation now."),
    "left": _("You do not belong to the organisation any more."),
    "removed": _("The cohort is deleted."),
}


def init_app(app: Flask) -> None:
    """Templates call an organisation by its name in the page's language."""
    app.jinja_env.filters["named"] = named


def named(organisation: Organisation) -> str:
    """How it is called in the language of the page."""
    return organisations.name_in(organisation, language.current())


def organisation_here(slug: str, action: Action = Action.SEE_COHORTS) -> Organisation:
    """The partner in the address; 404, or 403 for who may not do this there."""
    return partners.find(access.user(), slug, action)


def cohort_here(
    slug: str, cohort_id: int, action: Action = Action.SEE_COHORTS
) -> tuple[Organisation, Cohort]:
    """The partner and its cohort in the address."""
    organisation = organisation_here(slug, action)
    return organisation, finding.find(access.user(), organisation, cohort_id)


def confirm(organisation: Organisation, *, cohort: Cohort | None = None, **said: object) -> str:
    """One page, one question, one button. said: title, intro, sentences, button, back."""
    parents = [] if cohort else parents_of(organisation)
    return render_template(
        "partners/confirm.html", organisation=organisation, cohort=cohort, parents=parents, **said
    )


def parents_of(organisation: Organisation) -> list[tuple[str, str]]:
    """The pages above those about the organisation itself that I may open: title, address.

    Administrators come from their own pages: they see no cohorts.
    """
    me, title, slug = access.user(), gettext("Organisations"), organisation.slug
    if may(me, Action.SEE_COHORTS, organisation):
        here = url_for("partners.cohorts", slug=slug)
        return [(title, url_for("partners.mine")), (named(organisation), here)]
    if may(me, Action.MANAGE_ORGANISATIONS):
        here = url_for("admin_organisations.organisation", slug=slug)
        start, listed = url_for("admin.start"), url_for("admin_organisations.listed")
        return [(gettext("Administration"), start), (title, listed), (named(organisation), here)]
    return [(title, url_for("partners.mine"))]
