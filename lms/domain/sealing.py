"""Short texts that only this installation can read: secrets at rest, notes that a browser carries.

The keys are made from SECRET_KEY, one for each purpose, so that no note can be passed off as another.
"""

import base64
import json
from datetime import timedelta
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.domain import journal


def seal(secret: str, purpose: str, facts: dict[str, Any]) -> str:
    """These facts as a text that says nothing to others, and cannot be changed by them."""
    text = json.dumps(facts, ensure_ascii=False).encode()
    now = int(journal.now().timestamp())
    return _box(secret, purpose).encrypt_at_time(text, now).decode()


def unseal(
    secret: str, purpose: str, text: str, *, lasts: timedelta | None = None
) -> dict[str, Any] | None:
    """The facts; None for what we did not seal for this purpose, or longer than ``lasts`` ago."""
    box, now = _box(secret, purpose), int(journal.now().timestamp())
    seconds = None if lasts is None else int(lasts.total_seconds())
    try:
        opened = box.decrypt(text) if seconds is None else box.decrypt_at_time(text, seconds, now)
    except InvalidToken:
        return None
    facts: dict[str, Any] = json.loads(opened)
    return facts


@lru_cache(maxsize=32)
def _box(secret: str, purpose: str) -> Fernet:
    """Deriving a key takes longer than using it."""
    info = f"learn {purpose}".encode()
    key = HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
