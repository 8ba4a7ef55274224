"""Reporting a mistake, for everybody; and the list of open reports, for the course's trainers."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField, TextAreaField

from lms.database import begin_reading, begin_writing, db
from lms.domain import catalogue, reports
from lms.domain.errors import TooMany
from lms.domain.permissions import Action, may
from lms.web import access, allowance, caching, language, numbers
from lms.web.fields import beside_the_field
from lms.web.forms import Form

bp = Blueprint("reports", __name__)


class ReportForm(Form):
    """What is wrong, and where."""

    text = TextAreaField(
        lazy_gettext("What is wrong?"),
        default="",
        render_kw={"rows": 6, "maxlength": reports.LONGEST, "required": True, "dir": "auto"},
    )
    quote = StringField(
        lazy_gettext("The sentence it is about (optional)"),
        default="",
        render_kw={"maxlength": reports.LONGEST_QUOTE, "dir": "auto", "autocomplete": "off"},
    )

    def validate_text(self, field: TextAreaField) -> None:
        """Some words, not too many."""
        with beside_the_field():
            reports.clean_text(field.data or "")

    def validate_quote(self, field: StringField) -> None:
        """A sentence, no more."""
        with beside_the_field():
            reports.clean_quote(field.data or "")


# --- for everybody ------------------------------------------------------------------------------


@bp.get("/courses/<slug>/<module>/<name>/report")
def form(slug: str, module: str, name: str) -> str:
    """A form that needs no account."""
    return _form_page(slug, f"{module}/{name}", ReportForm())


@bp.post("/courses/<slug>/<module>/<name>/report")
def send(slug: str, module: str, name: str) -> AnyResponse:
    """Keep it and say thank you; what was written stays on the page until it is kept."""
    begin_reading()
    me = access.me()
    form = ReportForm.sent()
    if not form.validate():
        return _again(slug, f"{module}/{name}", form, 422)
    try:
        allowance.for_report(me)
    except TooMany as error:
        form.form_errors.append(gettext(error.sentence, **error.values))
        response = _again(slug, f"{module}/{name}", form, 429)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    begin_writing()
    reports.report_mistake(
        me,
        catalogue.find_course(slug),
        f"{module}/{name}",
        language=language.current(),
        text=form.text.data or "",
        quote=form.quote.data or "",
    )
    db.session.commit()
    return redirect(url_for("reports.thanks", slug=slug, module=module, name=name), 303)


@bp.get("/courses/<slug>/<module>/<name>/report/thanks")
def thanks(slug: str, module: str, name: str) -> str:
    """It arrived."""
    return render_template("reports/thanks.html", **_place(slug, f"{module}/{name}"))


# --- for the people of the course ---------------------------------------------------------------


@bp.get("/courses/<slug>/reports")
def opened(slug: str) -> str:
    """What is not settled yet, the newest first."""
    me = access.user()
    caching.never_keep()
    course = catalogue.find_course(slug)
    before = numbers.read(request.args.get("before"), 0) or None
    rows, is_more = reports.open_reports(me, course, before=before)
    return render_template(
        "reports/open.html",
        course=course,
        text=catalogue.text_of(catalogue.current_edition(course)),
        rows=rows,
        before=before,
        older=rows[-1].report.id if is_more else None,
    )


@bp.post("/courses/<slug>/reports/<int:report_id>/settlement")
def settle(slug: str, report_id: int) -> AnyResponse:
    """Dealt with; back to the list."""
    me = access.user()
    reports.settle_report(me, catalogue.find_course(slug), report_id)
    db.session.commit()
    return redirect(url_for("reports.opened", slug=slug), 303)


def _again(slug: str, lesson_slug: str, form: ReportForm, status: int) -> Response:
    response = make_response(_form_page(slug, lesson_slug, form))
    response.status_code = status
    return response


def _form_page(slug: str, lesson_slug: str, form: ReportForm) -> str:
    place = _place(slug, lesson_slug)
    sees_reports = may(access.me(), Action.SEE_REPORTS, place["course"])
    return render_template("reports/form.html", form=form, sees_reports=sees_reports, **place)


def _place(slug: str, lesson_slug: str) -> dict[str, object]:
    """Course and lesson, also by an earlier name of the lesson."""
    course = catalogue.find_course(slug)
    edition = catalogue.current_edition(course)
    lesson = catalogue.lesson_text(edition, catalogue.find_lesson(course, lesson_slug).slug)
    return {"course": course, "text": catalogue.text_of(edition), "lesson": lesson}
