"""A list of 5,000 addresses: tried, and written as invitations in the background."""

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

import config
from lms import create_app
from lms.database import begin_writing, db
from lms.domain.cohorts import inviting, lists
from lms.models import Cohort, Membership, Organisation, User
from tools.bench.crowd import Installation

Made = TypeVar("Made")


def tell(installation: Installation) -> None:
    """As a manager does it, and the worker after them."""
    app = create_app(config.from_environment(installation.environment(8000)))
    with app.app_context():
        begin_writing()
        cohort = db.session.get_one(Cohort, 1)
        organisation = db.session.get_one(Organisation, cohort.organisation_id)
        me = db.session.scalars(select(User).join(Membership).limit(1)).one()
        typed = "\n".join(f"Person {n} <person{n}@ngo.example>" for n in range(lists.MOST))
        tried, trying = _timed(lambda: lists.parse(typed))
        found, keeping = _timed(lambda: inviting.keep_list(me, organisation, cohort, tried))
        inviting.start_list(me, organisation, cohort, found.id)
        _nothing, writing = _timed(_write_all)
        db.session.rollback()
        db.session.remove()
    print(
        f"list of {lists.MOST:,} addresses: {trying + keeping:.2f} s CPU to try it,"
        f" {writing:.2f} s to write the invitations in the background"
    )


def _write_all() -> None:
    while inviting.take_next():
        pass


def _timed(deed: Callable[[], Made]) -> tuple[Made, float]:
    """What it makes, and the seconds of CPU that it takes."""
    began = time.process_time()
    return deed(), time.process_time() - began
