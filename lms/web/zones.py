"""Time zones as people choose them: by region and city; and which one a visitor probably lives in."""

from datetime import tzinfo
from functools import cache
from operator import attrgetter
from typing import NamedTuple, cast

from babel.core import get_global
from babel.dates import get_timezone_location
from flask import request
from flask_babel import gettext

from lms.domain import profile
from lms.domain.errors import _

REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


class Zone(NamedTuple):
    """A time zone by its IANA name, with region and city in somebody's language."""

    zone: str
    region: str
    city: str


class Named(NamedTuple):
    """Stands for a zone of which only the name is asked: to read all their clocks takes 3 MB."""

    zone: str


@cache
def by_region(language: str) -> list[Zone]:
    """All of them, in this language (of the page: regions are translated), sorted as said."""
    regions = {sign: str(gettext(name)) for sign, name in REGIONS.items()}
    places = [
        Zone(
            zone,
            regions[region],
            get_timezone_location(cast(tzinfo, Named(zone)), language, return_city=True),
        )
        for zone in _known()
        if (region := zone.split("/")[0]) in regions
    ]
    return sorted([Zone("UTC", "UTC", "UTC"), *places], key=attrgetter("region", "city"))


def likely() -> str:
    """Where the browser's languages name a country with one time zone, that; else UTC."""
    for language, _quality in request.accept_languages:
        country = language.replace("_", "-").rpartition("-")[2].upper()
        zones = [zone for zone, where in _known().items() if where == country]
        if len(zones) == 1:
            return zones[0]
    return "UTC"


@cache
def _known() -> dict[str, str]:
    """Zone → country, of all that this system can reckon with."""
    countries = get_global("zone_territories")
    return {zone: str(where) for zone, where in countries.items() if zone in profile.time_zones()}
