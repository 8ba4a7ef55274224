"""Telling people what happened, by mail, in their language."""

from typing import Any

from lms.domain import mail
from lms.models import MailKind, User


def tell(person: User, kind: MailKind, **facts: Any) -> None:
    """Have a notice sent after the commit of what is being done; ``facts`` are for its template.

    Only to addresses that were confirmed: others may be somebody else's.
    """
    if person.confirmed_at is not None:
        mail.enqueue(kind, to=person.email, language=person.language, name=person.name, **facts)
