"""Mails that tell people what happened, in their own language."""

from typing import Any

from lms.domain import mail
from lms.models import MailKind, User


def tell(person: User, kind: MailKind, **facts: Any) -> None:
    """Have a mail sent to this person; nothing while their address is not confirmed."""
    if person.confirmed_at is not None:
        mail.enqueue(kind, to=person.email, language=person.language, name=person.name, **facts)
