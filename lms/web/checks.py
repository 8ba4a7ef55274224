"""How often certificates may be looked up: nobody shall try numbers until one is right."""

from flask import request

from lms import limits

CHECKS, QUARTER = 300, 15 * 60
"""How many checks one network may make in a quarter of an hour: a school has one address."""


def count() -> None:
    """One more from this network. Raises when there were too many."""
    network = limits.network(request.remote_addr)
    limits.hit("certificate check from", network, most=CHECKS, seconds=QUARTER)
