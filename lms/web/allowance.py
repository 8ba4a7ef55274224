"""How often a visitor may try: per address, and generously per network (a school has one address).

Trying an address from one network is limited most, so that a stranger can hardly lock somebody out;
trying it from everywhere is limited, too. A link by mail has a limit of its own.
"""

from math import ceil

from flask import current_app, request

from lms import limits
from lms.domain.errors import Invalid, TooMany, _
from lms.models import User

QUARTER, HOUR, DAY = 15 * 60, 60 * 60, 24 * 60 * 60
SEARCHES = 600
"""A whole class may look things up at once."""
CODES = 1_000
ATTENDANCES = 1_000
"""A whole room has one address, and each looks at a code and then says yes."""
REPORTS, REPORTS_BY_ONE = 60, 20
PREVIEWS = 1_500


def for_sign_in(email_key: str) -> None:
    """Raise TooMany when passwords are being guessed."""
    here = _network()
    limits.hit("sign-in from", here, most=300, seconds=QUARTER)
    limits.hit("sign-in as, from", f"{email_key} {here}", most=10, seconds=QUARTER)
    limits.hit("sign-in as", email_key, most=50, seconds=HOUR)


def for_mail(email_key: str) -> None:
    """Raise TooMany before anybody's mailbox is filled by us. Signing up sends mail, too."""
    limits.hit("mail from", _network(), most=300, seconds=HOUR)
    limits.hit("mail to", email_key, most=6, seconds=HOUR)


def for_new_address(public_id: str, email_key: str) -> None:
    """Raise TooMany before one account has us write to one stranger after the other."""
    limits.hit("new address of", public_id, most=6, seconds=HOUR)
    for_mail(email_key)


def for_export(public_id: str) -> None:
    """Raise TooMany when the worker is kept busy by one person."""
    limits.hit("export of", public_id, most=10, seconds=HOUR)


def for_new_password() -> None:
    """Raise TooMany when we are kept busy hashing."""
    limits.hit("password from", _network(), most=300, seconds=HOUR)


def for_second_step(public_id: str) -> None:
    """Raise TooMany when codes are being guessed: one of 300,000 guesses is right, fifty are a day's."""
    limits.hit("second step from", _network(), most=300, seconds=QUARTER)
    limits.hit("second step of", public_id, most=10, seconds=QUARTER)
    limits.hit("second step of, in a day", public_id, most=50, seconds=DAY)


def for_passkey() -> None:
    """Raise TooMany when we are kept busy with passkeys."""
    limits.hit("passkey from", _network(), most=300, seconds=QUARTER)


def for_provider() -> None:
    """Raise TooMany before a provider is kept busy by us."""
    limits.hit("provider from", _network(), most=300, seconds=QUARTER)


def for_report(person: User | None) -> None:
    """Raise TooMany before the trainers' mailboxes are filled by us."""
    limits.hit("report from", _network(), most=REPORTS, seconds=HOUR)
    if person is not None:
        limits.hit("report by", person.public_id, most=REPORTS_BY_ONE, seconds=HOUR)


def for_preview(public_id: str) -> None:
    """Raise TooMany when we are kept busy showing drafts; somebody who types all the time stays below."""
    limits.hit("preview of", public_id, most=PREVIEWS, seconds=QUARTER)


def for_upload(public_id: str, size: int) -> None:
    """Raise Invalid, for it is said beside the field, before one person fills the disk."""
    megabytes = int(current_app.config["UPLOAD_MB_PER_DAY"])
    most, day = megabytes * 1024 * 1024, 24 * HOUR
    try:
        limits.hit("upload by", public_id, most=most, seconds=day, amount=size)
    except TooMany as full:
        raise Invalid(
            _(
                "Nobody may upload more than %(most)s MB in 24 hours, and this file would be more. "
                "Choose it again in %(hours)s h, or a smaller one now. What you wrote is saved."
            ),
            most=megabytes,
            hours=ceil(full.seconds / HOUR),
        ) from None


def for_code() -> None:
    """Raise TooMany when codes of cohorts are being guessed; a whole class may use one."""
    limits.hit("code from", _network(), most=CODES, seconds=HOUR)


def for_attendance(public_id: str) -> None:
    """Raise TooMany when codes are being guessed: one of ten million guesses is right."""
    limits.hit("attendance from", _network(), most=ATTENDANCES, seconds=QUARTER)
    limits.hit("attendance of", public_id, most=20, seconds=QUARTER)


def for_naming(public_id: str) -> None:
    """Raise TooMany when addresses are being tried for accounts."""
    limits.hit("naming by", public_id, most=60, seconds=HOUR)


def for_search() -> None:
    """Raise TooMany when the database is kept busy."""
    limits.hit("search from", _network(), most=SEARCHES, seconds=QUARTER)


def _network() -> str:
    return limits.network(request.remote_addr)
