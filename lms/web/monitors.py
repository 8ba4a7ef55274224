"""What monitors ask: whether this process is alive, whether everything works, and how much there is.

They come to the machine itself, too, so these answer under any host; they make no links.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import fields

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms import files
from lms.database import db, is_at_newest_step
from lms.domain import signs
from lms.web import caching, metrics

bp = Blueprint("monitors", __name__)

SILENT = 60
"""Seconds without a sign of life after which no worker is thought to work."""
GAUGES = ("mails_waiting", "mails_failed", "certificates_waiting", "editions_waiting")
"""Figures that go up and down; the others only grow."""


@bp.get("/health")
def health() -> Response:
    """Whether this process answers; it looks at nothing else."""
    return _said("ok\n")


@bp.get("/ready")
def ready() -> Response:
    """Whether all parts work: 503 when one does not. It says which, and nothing else."""
    parts = {name: _state(look) for name, look in PARTS.items()}
    lines = [f"{name}: {state}\n" for name, state in parts.items()]
    return _said("".join(lines), 200 if set(parts.values()) == {"ok"} else 503)


@bp.get("/metrics")
def numbers() -> Response:
    """For Prometheus, with METRICS_TOKEN as its bearer token; where none is set, there is nothing."""
    token = current_app.config["METRICS_TOKEN"]
    if token is None:
        abort(404)
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        answer = _said("Say the token: Authorization: Bearer TOKEN\n", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    lines = [*metrics.text(current_app), *_figures()]
    return _said("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _figures() -> Iterator[str]:
    figures = signs.figures()
    for field in fields(figures):
        is_gauge = field.name in GAUGES
        name = f"lms_{field.name}" if is_gauge else f"lms_{field.name}_total"
        yield f"# TYPE {name} {'gauge' if is_gauge else 'counter'}"
        yield f"{name} {getattr(figures, field.name)}"
    silence = signs.seconds_since_last()
    if silence is not None:
        yield "# TYPE lms_worker_silent_seconds gauge"
        yield f"lms_worker_silent_seconds {silence:.0f}"


def _state(look: Callable[[], str]) -> str:
    """What went wrong may name hosts and people: the log has it, the answer does not."""
    try:
        return look()
    except (SQLAlchemyError, OSError, files.Unreachable) as error:
        current_app.logger.warning("a part does not work: %s", look.__name__, exc_info=error)
        db.session.rollback()
        return "does not answer"


def database() -> str:
    """Whether it answers."""
    db.session.scalar(select(1))
    return "ok"


def migrations() -> str:
    """Whether the tables are those that this code knows."""
    return "ok" if is_at_newest_step() else "run lms upgrade"


def store() -> str:
    """Whether files can be read."""
    files.look()
    return "ok"


def worker() -> str:
    """Whether any has shown a sign of life in the last minute."""
    silence = signs.seconds_since_last()
    return "ok" if silence is not None and silence <= SILENT else "not seen in the last minute"


PARTS = {"database": database, "migrations": migrations, "files": store, "worker": worker}


def _said(text: str, status: int = 200, mimetype: str = "text/plain") -> Response:
    caching.never_keep()
    return Response(text, status, content_type=f"{mimetype}; charset=utf-8")
