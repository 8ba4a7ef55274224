"""How a cohort is: its name, who may join, its courses and deadlines."""

from flask import render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectChoice, SelectField, StringField  # type: ignore[attr-defined]

from lms.content.outline import LessonText
from lms.database import begin_reading, db
from lms.domain import catalogue, organisations
from lms.domain.cohorts import finding, running
from lms.domain.cohorts.running import Taken, Terms
from lms.domain.errors import Invalid
from lms.domain.permissions import Action
from lms.models import Cohort, Course, Organisation
from lms.web import access, fields, language, numbers
from lms.web.admin.shared import Answer, back, refused
from lms.web.forms import Form
from lms.web.language import LANGUAGES
from lms.web.partners import days
from lms.web.partners.shared import cohort_here, confirm, organisation_here
from lms.web.people_only import pages

bp = pages("partners_terms", __name__)

DAY = {"type": "date"}


class TermsForm(Form):
    """Who may join, until when."""

    name = StringField(
        lazy_gettext("Name"),
        default="",
        render_kw={"maxlength": 200, "dir": "auto", "autocomplete": "off", "required": True},
    )
    language = SelectField(
        lazy_gettext("Language of your invitations"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )
    seats = StringField(
        lazy_gettext("Seats"), default="", render_kw={"inputmode": "numeric", "maxlength": 6}
    )
    closes = StringField(lazy_gettext("Last day to join"), default="", render_kw=DAY)
    approval = BooleanField(lazy_gettext("I want to say yes to each person who asks to join"))

    def validate_name(self, field: StringField) -> None:
        """As names are."""
        with fields.beside_the_field():
            organisations.clean_name(field.data or "")

    def validate_closes(self, field: StringField) -> None:
        """A day, or nothing."""
        with fields.beside_the_field():
            days.read(field.data or "", "closes")

    @property
    def terms(self) -> Terms:
        """What was said, once the form is valid."""
        seats = (self.seats.data or "").strip()
        return Terms(
            name=self.name.data or "",
            language=self.language.data,
            needs_approval=bool(self.approval.data),
            seats=numbers.read(seats, -1) if seats else None,
            closes_at=days.end_of(days.read(self.closes.data or "", "closes")),
        )


class Wrong:
    """What is wrong with fields that are read by name: errors, by name of the field."""

    def __init__(self, error: Invalid | None = None) -> None:
        self.errors = {error.field: [fields.sentence(error)]} if error else {}


@bp.get("/<slug>/cohorts/new")
def new(slug: str) -> str:
    """The form for a new one."""
    organisation = organisation_here(slug, Action.RUN_COHORTS)
    return _page(organisation, TermsForm(language=language.current()))


@bp.post("/<slug>/cohorts/new")
def make(slug: str) -> Answer:
    """Make it; then come its courses."""
    organisation, form = organisation_here(slug, Action.RUN_COHORTS), TermsForm.sent()
    if not form.validate():
        return _page(organisation, form), 422
    try:
        made = running.make(access.user(), organisation, form.terms)
    except Invalid as error:
        refused(form, error)
        return _page(organisation, form), 422
    db.session.commit()
    return back(".courses", "made", slug=slug, cohort_id=made.id)


@bp.get("/<slug>/cohorts/<int:cohort_id>/terms")
def terms(slug: str, cohort_id: int) -> str:
    """The same form, filled."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    form = TermsForm(
        name=cohort.name,
        language=cohort.language,
        seats="" if cohort.seats is None else str(cohort.seats),
        closes=days.last(cohort.closes_at),
        approval=cohort.needs_approval,
    )
    return _page(organisation, form, cohort)


@bp.post("/<slug>/cohorts/<int:cohort_id>/terms")
def change(slug: str, cohort_id: int) -> Answer:
    """Save it."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    form = TermsForm.sent()
    if not form.validate():
        return _page(organisation, form, cohort), 422
    try:
        running.change(access.user(), organisation, cohort, form.terms)
    except Invalid as error:
        refused(form, error)
        return _page(organisation, form, cohort), 422
    db.session.commit()
    return back("partners.cohort", "changed", slug=slug, cohort_id=cohort_id)


@bp.get("/<slug>/cohorts/<int:cohort_id>/removal")
def removal(slug: str, cohort_id: int) -> str:
    """One question."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    return confirm(
        organisation,
        cohort=cohort,
        title=gettext("Delete this cohort?"),
        intro=cohort.name,
        sentences=[gettext("Invitations and posters that are out lead nowhere then.")],
        button=gettext("Delete"),
        back=url_for(".terms", slug=slug, cohort_id=cohort_id),
    )


@bp.post("/<slug>/cohorts/<int:cohort_id>/removal")
def remove(slug: str, cohort_id: int) -> Response:
    """It is gone, if nobody was ever in it."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    running.remove(access.user(), organisation, cohort)
    db.session.commit()
    return back("partners.cohorts", "removed", slug=slug)


# --- courses ------------------------------------------------------------------------------------


@bp.get("/<slug>/cohorts/<int:cohort_id>/courses")
def courses(slug: str, cohort_id: int) -> str:
    """All courses; those that it takes are ticked, with their days."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    chosen = finding.courses_of(cohort)
    said = {"courses": [course.slug for _taken, course in chosen]}
    for taken, course in chosen:
        said[f"starts-{course.slug}"] = [days.first(taken.starts_at)]
        said[f"ends-{course.slug}"] = [days.last(taken.ends_at)]
    return _courses(organisation, cohort, said, Wrong())


@bp.post("/<slug>/cohorts/<int:cohort_id>/courses")
def choose(slug: str, cohort_id: int) -> Answer:
    """Those with a tick, and no others."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    try:
        taken = [_taken(one) for one in dict.fromkeys(request.form.getlist("courses"))]
        running.set_courses(access.user(), organisation, cohort, taken)
    except Invalid as error:
        begin_reading()
        said = request.form.to_dict(flat=False)
        return _courses(organisation, cohort, said, Wrong(error)), 422
    db.session.commit()
    return back("partners.cohort", "changed", slug=slug, cohort_id=cohort_id)


@bp.get("/<slug>/cohorts/<int:cohort_id>/courses/<course_slug>/deadlines")
def deadlines(slug: str, cohort_id: int, course_slug: str) -> str:
    """Every lesson of a course, with its last day."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    course = catalogue.find_course(course_slug)
    known = finding.deadlines_of(cohort, course)
    said = {lesson: days.last(due) for lesson, due in known.items()}
    return _deadlines(organisation, cohort, course, said, Wrong())


@bp.post("/<slug>/cohorts/<int:cohort_id>/courses/<course_slug>/deadlines")
def set_deadlines(slug: str, cohort_id: int, course_slug: str) -> Answer:
    """Save them; an empty field takes a deadline away."""
    organisation, cohort = cohort_here(slug, cohort_id, Action.RUN_COHORTS)
    course = catalogue.find_course(course_slug)
    said = {lesson.slug: request.form.get(f"due-{lesson.slug}", "") for lesson in _lessons(course)}
    try:
        dues = {one: days.end_of(days.read(day, f"due-{one}")) for one, day in said.items()}
        running.set_deadlines(access.user(), organisation, cohort, course, dues)
    except Invalid as error:
        begin_reading()
        return _deadlines(organisation, cohort, course, said, Wrong(error)), 422
    db.session.commit()
    return back("partners.cohort", "changed", slug=slug, cohort_id=cohort_id)


# --- the pages ----------------------------------------------------------------------------------


def _page(organisation: Organisation, form: TermsForm, cohort: Cohort | None = None) -> str:
    return render_template(
        "partners/terms.html",
        organisation=organisation,
        cohort=cohort,
        form=form,
        can_go=cohort is not None and not running.why_not_removed(cohort),
    )


def _courses(
    organisation: Organisation, cohort: Cohort, said: dict[str, list[str]], form: Wrong
) -> str:
    chosen = said.get("courses", [])
    offered = [
        (course, catalogue.text_of(edition).say(language.current()))
        for course, edition in catalogue.current_editions()
    ]
    retired = [
        (course, catalogue.text_of(catalogue.current_edition(course)).say(language.current()))
        for _taken, course in finding.courses_of(cohort)
        if course.retired_at is not None
    ]
    return render_template(
        "partners/courses.html",
        organisation=organisation,
        cohort=cohort,
        offered=[*offered, *retired],
        chosen=chosen,
        days={name: value[0] for name, value in said.items() if value},
        form=form,
    )


def _deadlines(
    organisation: Organisation,
    cohort: Cohort,
    course: Course,
    said: dict[str, str],
    form: Wrong,
) -> str:
    text = catalogue.text_of(catalogue.current_edition(course))
    return render_template(
        "partners/deadlines.html",
        organisation=organisation,
        cohort=cohort,
        course=course,
        text=text,
        said=said,
        form=form,
        spoken=language.current(),
    )


def _taken(slug: str) -> Taken:
    return Taken(
        slug,
        days.begin_of(days.read(request.form.get(f"starts-{slug}", ""), f"starts-{slug}")),
        days.end_of(days.read(request.form.get(f"ends-{slug}", ""), f"ends-{slug}")),
    )


def _lessons(course: Course) -> tuple[LessonText, ...]:
    return tuple(catalogue.text_of(catalogue.current_edition(course)).lessons)
