"""What partners take along from a cohort: certificates as one file or as a table, and a report."""

from collections.abc import Iterator, Sequence

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.database import begin_writing, db
from lms.domain.cohorts import taking
from lms.models import Certificate, Cohort, DownloadKind, Organisation, User
from lms.render import sheet
from lms.web import access, allowance, language, made
from lms.web.partners.shared import cohort_here
from lms.web.people_only import pages
from lms.web.theme import public_url_for

bp = pages("downloads", __name__)

HERE = "/<slug>/cohorts/<int:cohort_id>/downloads"


@bp.get(HERE)
def page(slug: str, cohort_id: int) -> Response:
    """What there is, how far it is, and where to fetch it."""
    me, organisation, cohort = _here(slug, cohort_id)
    packed = taking.found(me, organisation, cohort, DownloadKind.CERTIFICATES)
    report = taking.found(me, organisation, cohort, DownloadKind.REPORT)
    return made.page(
        "partners/downloads.html",
        packed,
        report,
        organisation=organisation,
        cohort=cohort,
        report=report,
        count=taking.count(cohort),
    )


@bp.post(f"{HERE}/certificates")
def ask_for_certificates(slug: str, cohort_id: int) -> AnyResponse:
    """Have them packed."""
    me, organisation, cohort = _here(slug, cohort_id)
    allowance.for_export(me.public_id)
    taking.ask_for_certificates(me, organisation, cohort, language.current())
    db.session.commit()
    return redirect(url_for(".page", slug=slug, cohort_id=cohort_id), 303)


@bp.post(f"{HERE}/report")
def ask_for_report(slug: str, cohort_id: int) -> AnyResponse:
    """Have it made, in the language of this page."""
    me, organisation, cohort = _here(slug, cohort_id)
    allowance.for_export(me.public_id)
    taking.ask_for_report(me, organisation, cohort, language.current())
    db.session.commit()
    return redirect(url_for(".page", slug=slug, cohort_id=cohort_id), 303)


@bp.get(f"{HERE}/certificates/<int:download_id>.zip")
def certificates(slug: str, cohort_id: int, download_id: int) -> AnyResponse:
    """The packed certificates. That they were taken stands in the log of each whose they are."""
    begin_writing()
    me, organisation, cohort = _here(slug, cohort_id)
    file = taking.take_certificates(me, organisation, cohort, download_id)
    name = f"{cohort.name} {file.asked_at:%Y-%m-%d}.zip"
    answer = made.send(file, name, "application/zip")
    if _is_beginning():
        db.session.commit()
    return answer


@bp.get(f"{HERE}/certificates.csv")
def table(slug: str, cohort_id: int) -> Response:
    """The same as a table, written down in the same way."""
    begin_writing()
    me, organisation, cohort = _here(slug, cohort_id)
    rows = list(_table(taking.table(me, organisation, cohort)))
    db.session.commit()
    answer = Response("".join(sheet.csv_of(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="certificates.csv"'
    return answer


@bp.get(f"{HERE}/report/<int:download_id>.pdf")
def report(slug: str, cohort_id: int, download_id: int) -> AnyResponse:
    """One page of numbers."""
    me, organisation, cohort = _here(slug, cohort_id)
    file = taking.take_report(me, organisation, cohort, download_id)
    name = f"{cohort.name} {file.asked_at:%Y-%m-%d}.pdf"
    return made.send(file, name, "application/pdf")


def _here(slug: str, cohort_id: int) -> tuple[User, Organisation, Cohort]:
    me = access.user()
    return me, *cohort_here(slug, cohort_id)


def _is_beginning() -> bool:
    """A download that goes on where it broke off is the same one."""
    wanted = request.range
    return wanted is None or not wanted.ranges[0][0]


def _table(rows: Sequence[Certificate]) -> Iterator[tuple[object, ...]]:
    yield (
        _("Name"),
        _("Course"),
        _("Score in per cent"),
        _("Issued"),
        _("Valid until"),
        _("Number"),
        _("Address"),
    )
    for row in rows:
        yield (
            row.holder_name,
            row.course_title,
            row.percent,
            row.issued_at.date(),
            row.valid_until.date() if row.valid_until else None,
            row.number,
            public_url_for("certificates.verify", number=row.number),
        )
