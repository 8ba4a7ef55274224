"""The rows of a desk as the reader sees them. Fifty stand on a page, so what they share is said once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from flask_babel import gettext
from markupsafe import Markup

from lms.domain.cohorts.desk import Row, State, Taken
from lms.domain.errors import _
from lms.domain.learning.standings import EPOCH
from lms.web import language
from lms.web.moments import day
from lms.web.theme import in_language

STATES = {
    State.FINISHED: _("Finished"),
    State.UNDER_WAY: _("Under way"),
    State.STUCK: _("Stuck"),
    State.NEW: _("Not begun"),
}
LOOKS = {State.FINISHED: ("good", "tick"), State.STUCK: ("care", "care")}
"""The class and the icon of a state that is told apart."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the table. tongue: attributes of the lesson's title, when it is in another language."""

    name: str
    email: str
    done: int
    required: int
    counted: str
    state: str
    look: str
    icon: str
    lesson: str
    tongue: Markup
    last: str


def shown(rows: Iterable[Row], taken: Taken) -> Iterator[Shown]:
    """In their order."""
    reader = language.current()
    words = {state: gettext(text) for state, text in STATES.items()}
    counted = gettext("%(done)s of %(all)s", done="{}", all="{}")

    @cache
    def lesson(slug: str) -> tuple[str, Markup]:
        text = taken.text.lesson(slug)
        said = text.say(reader) if text else None
        return (said.title, in_language(said.language, reader)) if said else ("", Markup())

    @cache
    def written(number: int | None) -> str:
        return "–" if number is None else day(EPOCH + timedelta(days=number))

    for row in rows:
        look, icon = LOOKS.get(row.state, ("", ""))
        yield Shown(
            name=row.name,
            email=row.email,
            done=row.done,
            required=row.required or 1,
            counted=counted.format(row.done, row.required),
            state=words[row.state],
            look=look,
            icon=icon,
            lesson=lesson(row.here)[0],
            tongue=lesson(row.here)[1],
            last=written(row.last_day),
        )
