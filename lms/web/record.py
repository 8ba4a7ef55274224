"""The learning record: as a file that the worker makes, and as JSON at once."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.database import db
from lms.domain import downloads
from lms.domain.learning import record
from lms.domain.learning.record import CourseDone, Earned
from lms.models import DownloadKind
from lms.web import access, allowance, caching, identity, language, made
from lms.web.theme import public_url_for

bp = Blueprint("record", __name__)


@bp.before_request
def keep_nowhere() -> None:
    """It is about one person."""
    caching.never_keep()


@bp.get("/my-learning/record")
def page() -> Response:
    """What it holds, and where to fetch it."""
    file = downloads.find(access.user(), DownloadKind.RECORD)
    return made.page("me/record.html", file)


@bp.post("/my-learning/record")
def ask() -> AnyResponse:
    """Have the pages made, in the language of this page."""
    me = access.user()
    allowance.for_export(me.public_id)
    record.ask_for_file(me, language.current())
    db.session.commit()
    return redirect(url_for("record.page"), 303)


@bp.get("/my-learning/record/<int:download_id>.pdf")
def download(download_id: int) -> AnyResponse:
    """The pages."""
    file = downloads.ready(access.user(), DownloadKind.RECORD, download_id)
    return made.send(file, f"learning-record-{file.asked_at:%Y-%m-%d}.pdf", "application/pdf")


@bp.get("/my-learning/record.json")
def data() -> Response:
    """The same for programs: moments in ISO 8601, UTC."""
    told = record.record_of(access.user(), language.current())
    answer = jsonify(
        format="npoc-learn-record",
        version=1,
        name=told.name,
        made=_moment(told.made_at),
        site={"name": identity.name(), "address": public_url_for("learn.catalogue")},
        hours=told.hours,
        courses=[_course(one) for one in told.courses],
        certificates=[_certificate(one) for one in told.certificates],
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="learning-record.json"'
    return answer


def _course(one: CourseDone) -> dict[str, Any]:
    return {
        "course": one.course.slug,
        "title": one.title,
        "language": one.language,
        "address": public_url_for("learn.course", slug=one.course.slug),
        "hours": one.hours,
        "begun": _moment(one.began_at),
        "finished": _moment(one.finished_at) if one.finished_at else None,
        "lessons": {"done": one.done, "all": one.required},
    }


def _certificate(one: Earned) -> dict[str, Any]:
    row = one.certificate
    return {
        "number": row.number,
        "course": row.course_slug,
        "title": row.course_title,
        "kind": row.award.value,
        "language": row.language,
        "hours": row.hours,
        "percent": row.percent,
        "issuer": row.issuer,
        "issued": _moment(row.issued_at),
        "valid_until": _moment(row.valid_until) if row.valid_until else None,
        "state": one.state.value,
        "address": public_url_for("certificates.verify", number=row.number),
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
