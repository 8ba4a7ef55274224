"""Secrets that people carry in a cookie or a link; only their digests are kept."""

import secrets
from hashlib import sha256


def new() -> str:
    """32 random bytes, as they may stand in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of it. No salt: nobody can guess 256 random bits."""
    return sha256(token.encode()).hexdigest()
