"""What every template may use: dates and numbers as the reader writes them, and the site's name."""

import re
from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, current_app, url_for
from flask.templating import Environment as FlaskEnvironment
from flask_babel import gettext, ngettext
from jinja2 import StrictUndefined
from markupsafe import Markup

from lms.content.counting import words_in
from lms.content.outline import LessonKind, LessonText
from lms.domain.errors import _
from lms.domain.learning.rules import Closed
from lms.web import browsers, language
from lms.web.moments import day as day
from lms.web.moments import day_here, last_day_here, locale
from lms.web.moments import moment as moment
from lms.web.moments import month as month

LEVELS = {
    "beginner": _("Beginner"),
    "intermediate": _("Intermediate"),
    "advanced": _("Advanced"),
}
KINDS = {
    LessonKind.PAGE: _("Lesson"),
    LessonKind.QUIZ: _("Quiz"),
    LessonKind.EXAM: _("Exam"),
    LessonKind.LAB: _("Lab"),
    LessonKind.ASSIGNMENT: _("Assignment"),
    LessonKind.SURVEY: _("Survey"),
    LessonKind.ATTENDANCE: _("Attendance"),
}
MEGABYTE = 1024 * 1024
INDENTED = re.compile(r"\n[ \t]+")
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class Environment(FlaskEnvironment):
    """How templates are read: light to send, and quick to include.

    They share their globals, for whichever includes another would compare the names each time.
    """

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Without its indentation: that is for us, not for readers."""
        return INDENTED.sub("\n", super().preprocess(source, name, filename))

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may use."""
        return self.globals if d is None else super().make_globals(d)


def init_app(app: Flask) -> None:
    """Undefined names are errors, not empty places."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=day,
        day_here=day_here,
        last_day_here=last_day_here,
        month=month,
        moment=moment,
        span=span,
        percent=percent,
        share=share,
        amount=amount,
        words=words_in,
        size=size,
        hours=hours,
        level=level,
        kind=kind,
        tongue_name=tongue_name,
        browser=browsers.said,
    )
    app.jinja_env.globals.update(
        public_url_for=public_url_for,
        reason=reason,
        tongue_of=lambda code: in_language(code, language.current()),
        own_inside=lambda code: in_language(language.current(), code),
        development=app.config["ENVIRONMENT"] == "development",
    )


def span(value: timedelta) -> str:
    """A length of time in the largest unit that says it exactly: ``90 minutes``, ``1 day``."""
    seconds = int(value.total_seconds())
    unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
    return str(format_unit(seconds // size, unit, locale=locale()))


def percent(value: int) -> str:
    """``80 %`` as the language writes it; ``value`` is already rounded down."""
    return format_percent(value / 100, locale=locale())


def share(value: Fraction) -> str:
    """A share of 1 as a percentage, such as a pass mark."""
    return format_percent(round(float(value), 3), locale=locale(), decimal_quantization=False)


def amount(value: float) -> str:
    """A number with at most two decimals, such as points."""
    return format_decimal(value, "#,##0.##", locale=locale())


def size(value: int) -> str:
    """So many bytes, in kB or MB."""
    if value < MEGABYTE:
        return str(format_unit(-(-value // 1024), "digital-kilobyte", "short", locale=locale()))
    return str(format_unit(value / MEGABYTE, "digital-megabyte", "short", "#,##0.#", locale()))


def hours(value: str) -> str:
    """``6 hours``, from what the course says (``6``, ``1``, ``6-8``)."""
    if value.isdigit():
        return str(ngettext("%(num)d hour", "%(num)d hours", int(value)))
    return str(gettext("%(hours)s hours", hours=value))


def level(value: str) -> str:
    """How hard a course is, in a word."""
    return str(gettext(LEVELS[value])) if value in LEVELS else value


def kind(value: LessonKind) -> str:
    """What a lesson is, in a word."""
    return str(gettext(KINDS[value]))


def tongue_name(code: str) -> str:
    """A language by its own name."""
    if code in language.LANGUAGES:
        return language.LANGUAGES[code]
    try:
        known = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return code
    return str(known.get_display_name(known) or code)


@lru_cache(maxsize=256)
def in_language(code: str, around: str) -> Markup:
    """The attributes of a piece in one language inside another; none where they are the same."""
    if code == around:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(code, language.direction(code))


def reason(closed: Closed) -> str:
    """Why a lesson is closed, as a sentence."""
    return str(
        gettext(closed.sentence, **{name: _word(value) for name, value in closed.values.items()})
    )


def public_url_for(endpoint: str, **values: Any) -> str:
    """An absolute address that begins with PUBLIC_URL."""
    make: Callable[..., str] = url_for
    return str(current_app.config["PUBLIC_URL"]) + make(endpoint, **values)


def _word(value: object) -> object:
    if isinstance(value, LessonText):
        return value.say(language.current()).title
    return moment(value) if isinstance(value, datetime) else value
