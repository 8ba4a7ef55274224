"""What is done in the background; worker.py does it, when it is woken and every few seconds.

What there is to do stands in the database (a mail not sent, a certificate without its file), so
killing a worker at any moment loses nothing: the next one reads the rows again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from flask import current_app

from lms import exporting, filing, visiting
from lms.database import begin_reading
from lms.domain import forgetting, orphans, retention, signs, transparency
from lms.domain.cohorts import dues as cohort_dues
from lms.domain.cohorts import inviting, messages
from lms.domain.drafts import publication
from lms.domain.learning import diplomas, dues, earning, marking, standings
from lms.making import Maker
from lms.printing import Press
from lms.repeating import HOUR, Deed, committed, seldom, until_nothing_is_left
from lms.sending import send_waiting_mail

log = logging.getLogger(__name__)

Job = Callable[[], AbstractContextManager[Deed]]


@contextmanager
def mail() -> Iterator[Deed]:
    """Send what waits in the outbox."""
    yield send_waiting_mail


@contextmanager
def certificates() -> Iterator[Deed]:
    """Make the PDFs that are missing."""
    press = Press()
    try:
        yield press.make_waiting
    finally:
        press.process.stop()


@contextmanager
def attempts() -> Iterator[Deed]:
    """Hand in the quizzes whose time is over."""
    yield lambda: until_nothing_is_left(marking.close_overdue)


@contextmanager
def editions() -> Iterator[Deed]:
    """After a publication, look for people who have earned the certificate by it."""

    def recheck() -> None:
        until_nothing_is_left(earning.recheck_next_edition)
        until_nothing_is_left(diplomas.recheck_next_path)

    yield recheck


@contextmanager
def log_of_certificates() -> Iterator[Deed]:
    """Add to the transparency log what is not in it, and make each day's head public."""
    close = seldom(lambda: until_nothing_is_left(transparency.close_next_day), 600)

    def add() -> None:
        until_nothing_is_left(transparency.append_next)
        close()

    yield add


@contextmanager
def drafts() -> Iterator[Deed]:
    """Publish what is to be published at this time."""
    yield lambda: until_nothing_is_left(publication.publish_next)


@contextmanager
def newcomers() -> Iterator[Deed]:
    """Remind who has not confirmed their address; in the end, forget them."""
    days = int(current_app.config["UNCONFIRMED_DAYS"])

    def remind_and_forget() -> None:
        until_nothing_is_left(lambda: forgetting.remind_next(days))
        until_nothing_is_left(lambda: forgetting.forget_next(days))

    yield seldom(remind_and_forget)


@contextmanager
def progress() -> Iterator[Deed]:
    """Count how far people of cohorts are, where no deed of theirs did."""
    look_for_new = seldom(lambda: committed(standings.follow_all), 600)

    def count() -> None:
        look_for_new()
        until_nothing_is_left(standings.count_next)

    yield count


@contextmanager
def due_lessons() -> Iterator[Deed]:
    """Tell people what is due soon: nobody minds ten minutes."""

    def tell() -> None:
        until_nothing_is_left(dues.tell_next)
        until_nothing_is_left(cohort_dues.tell_next)

    yield seldom(tell, 600)


@contextmanager
def invitations() -> Iterator[Deed]:
    """Invite the lists that were handed in, and write to whom it is time to write."""
    per_day = int(current_app.config["INVITATIONS_PER_DAY"])

    def invite() -> None:
        until_nothing_is_left(inviting.take_next)
        until_nothing_is_left(partial(inviting.send_next, per_day))

    yield invite


@contextmanager
def cohort_messages() -> Iterator[Deed]:
    """Write to everybody in a cohort what its partner wrote to them."""
    yield lambda: until_nothing_is_left(messages.send_next)


@contextmanager
def sign_of_life() -> Iterator[Deed]:
    """Say that this worker works. Each is a write, so no more often than /ready needs it."""
    yield seldom(lambda: committed(signs.give), 20)


@contextmanager
def departures() -> Iterator[Deed]:
    """Let the file store know who left, and remove the files that nobody has any more."""

    def depart() -> None:
        while filing.file_deletions() or filing.remove_discarded():
            pass

    yield depart


@contextmanager
def copies() -> Iterator[Deed]:
    """Make the copies of their data that people asked for."""
    yield exporting.make_waiting


@contextmanager
def made_files() -> Iterator[Deed]:
    """Make the records, reports and packed certificates that people asked for."""
    maker = Maker()
    try:
        yield maker.make_waiting
    finally:
        maker.process.stop()


@contextmanager
def keeping() -> Iterator[Deed]:
    """Forget what was kept long enough."""
    config = current_app.config
    limits = retention.Limits(**{name: int(config[name.upper()]) for name in retention.SETTINGS})

    def forget() -> None:
        for deed in retention.DEEDS:
            until_nothing_is_left(partial(deed, limits))

    yield seldom(forget)


@contextmanager
def stray_files() -> Iterator[Deed]:
    """Remove files from the store that nobody points to."""

    def sweep() -> None:
        begin_reading()
        log.info("%s files that nobody points to were removed", orphans.sweep())

    yield seldom(sweep, 24 * HOUR)


SENDERS = 3
"""Mails that are on their way at a time: a server that is slow with one holds up no other."""
JOBS: tuple[Job, ...] = (
    sign_of_life,
    *(mail,) * SENDERS,
    certificates,
    attempts,
    editions,
    drafts,
    log_of_certificates,
    newcomers,
    progress,
    due_lessons,
    invitations,
    cohort_messages,
    departures,
    copies,
    made_files,
    keeping,
    stray_files,
    visiting.sources,
)
"""All that is done in the background: each in a thread of its own, so that none waits for another."""
