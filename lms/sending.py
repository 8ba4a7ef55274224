"""Sends the mail that waits in the outbox. The worker calls it; it commits each step itself."""

import logging
from contextlib import suppress

from flask import current_app

from lms import letterhead, smtp
from lms.database import begin_reading, begin_writing, db
from lms.domain import mail, notices
from lms.domain.cohorts import inviting
from lms.domain.errors import Missing
from lms.models import MailKind, OutgoingMail
from lms.render.mail import Letter, Sender, message

log = logging.getLogger(__name__)


def send_waiting_mail() -> int:
    """Send what waits, one after the other; how many were sent.

    Without a mail server nothing is sent: in development mails are read at /dev/mail.
    """
    mail_url = current_app.config["MAIL_URL"]
    sent = 0
    while mail_url and (number := _claim()) is not None:
        with suppress(Missing):  # who deleted their account meanwhile took it with them
            sent += _send(number, str(mail_url))
    return sent


def letter(row: OutgoingMail) -> Letter:
    """The plain values that a mail is made from."""
    return Letter(
        kind=row.kind,
        recipient=row.recipient,
        language=row.language,
        facts=row.facts,
        key=row.message_id,
        written_at=row.created_at,
        switch=_switch(row),
    )


def sender() -> Sender:
    """What the settings say."""
    return Sender(
        mail_from=str(current_app.config["MAIL_FROM"]),
        public_url=str(current_app.config["PUBLIC_URL"]),
        site_name=letterhead.site_name(),
        unconfirmed_days=int(current_app.config["UNCONFIRMED_DAYS"]),
    )


def _switch(row: OutgoingMail) -> str:
    """Signed here: the outbox holds nothing that works for ever."""
    secret = str(current_app.config["SECRET_KEY"])
    if row.kind is MailKind.INVITATION:
        return inviting.refusal_token(secret, row.facts["address"])
    if row.kind not in notices.NOTICES:
        return ""
    return notices.switch_token(secret, row.facts["person"], row.kind)


def _claim() -> int | None:
    begin_writing()
    row = mail.claim_next()
    number = None if row is None else row.id
    db.session.commit()
    return number


def _send(number: int, mail_url: str) -> bool:
    """Make and send it outside of any writing; whether the server took it."""
    begin_reading()
    written, by = letter(mail.find(number)), sender()
    db.session.rollback()
    failure = _try(written, by, mail_url)
    begin_writing()
    row, forget = mail.find(number), current_app.config["ENVIRONMENT"] == "production"
    if failure is None:
        mail.mark_sent(row, forget=forget)
    else:
        mail.mark_failed(row, str(failure), forget=forget, is_final=failure.is_final)
    db.session.commit()
    return failure is None


def _try(written: Letter, by: Sender, mail_url: str) -> smtp.NotSent | None:
    """What went wrong, if anything. The log names no address: servers repeat it in their answers."""
    try:
        smtp.send(message(written, by), mail_url)
    except Exception as error:  # one bad mail must not stop the others
        log.warning("mail %s was not sent: %s", written.key, type(error).__name__)
        return error if isinstance(error, smtp.NotSent) else smtp.NotSent(str(error))
    return None
