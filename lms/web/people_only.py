"""Blueprints whose pages are for people who are signed in, and kept nowhere."""

from flask import Blueprint

from lms.web import access, caching


def pages(name: str, module: str) -> Blueprint:
    """A blueprint of that kind."""
    bp = Blueprint(name, module)
    bp.before_request(_only_people)
    return bp


def _only_people() -> None:
    access.user()
    caching.never_keep()
