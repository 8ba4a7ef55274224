"""How often a job does what it does: at each call, seldom, or until nothing is left."""

import math
import time
from collections.abc import Callable

from lms.database import begin_writing, db

HOUR = 3600.0
TURN = 0.2
"""Seconds at most that others have between two transactions."""
Deed = Callable[[], object]


def seldom(deed: Deed, seconds: float = HOUR) -> Deed:
    """Do it at the first call, and then only when so long has passed since it last went well."""
    due = -math.inf

    def look() -> None:
        nonlocal due
        if time.monotonic() >= due:
            deed()
            due = time.monotonic() + seconds

    return look


def committed(deed: Deed) -> None:
    """Do it once, in a transaction of its own."""
    begin_writing()
    deed()
    db.session.commit()


def until_nothing_is_left(deed: Callable[[], int]) -> None:
    """Do it, each time in a transaction of its own, until it says that nothing was left.

    Between two of them others may write for as long: long work in the background stops nobody.
    """
    while True:
        began = time.monotonic()
        begin_writing()
        did = deed()
        db.session.commit()
        if not did:
            return
        time.sleep(min(time.monotonic() - began, TURN))
