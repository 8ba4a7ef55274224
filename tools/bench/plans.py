"""Which statements read a whole table that grows with the learners: SQLite is asked for its plans."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

import config
from lms import create_app
from lms.database import db
from tools.bench.crowd import Installation, token_of
from tools.bench.pages import PAGES, Page

GROWING = frozenset(
    {
        *("user", "sign_in", "enrolment", "completion", "attempt", "answer", "certificate"),
        *("event", "outgoing_mail", "mail_link", "revocation", "mark", "report"),
        *("mail_refusal", "due_notice", "change_notice"),
        *("cohort_member", "cohort_invitation", "look"),
        *("standing", "download", "log_entry"),
    }
)
READING = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
_SCAN = re.compile(r"SCAN (\w+?)(?:_\d+)?(?: |$)")


@contextmanager
def watched(engine: Engine) -> Iterator[list[str]]:
    """The scans of growing tables in all that is asked meanwhile: table and statement."""
    found: list[str] = []

    def look(_c: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip("( ").startswith(READING):
            first = parameters[0] if isinstance(parameters, list) else parameters  # of many rows
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", first)
            found.extend(f"{table}: {statement}" for table in scanned(row[3] for row in plan))

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", look)


def scanned(plan: Iterator[str]) -> list[str]:
    """The growing tables that this plan reads from the first row to the last."""
    tables = [match[1] for line in plan if (match := _SCAN.match(line))]
    return [table for table in tables if table in GROWING]


def tell(installation: Installation) -> None:
    """Ask for each measured page on the large database."""
    app = create_app(config.from_environment(installation.environment(8000)))
    with app.app_context(), watched(db.engine) as found:
        for page in PAGES:
            if isinstance(page, Page):
                client = app.test_client()
                if page.signed_in:
                    client.set_cookie("session", token_of(10), domain="127.0.0.1")
                client.get(page.path(10), base_url="http://127.0.0.1:8000")
        db.session.remove()
    print(f"statements that scan a growing table: {len(found)} (bound 0)", *found, sep="\n  ")
