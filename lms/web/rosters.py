"""Lists of learners as the reader sees and asks for them: a partner's desk, and the studio.

Fifty rows stand on a page, so what they share is said once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from flask import request
from flask_babel import gettext
from markupsafe import Markup

from lms.content.outline import CourseText
from lms.domain.errors import _
from lms.domain.learning.roster import Order, Row, State, Wanted
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
STATE_WORDS = {"": _("All"), **{state.value: words for state, words in STATES.items()}}
ORDER_WORDS = {
    Order.NAME.value: _("Name"),
    Order.PROGRESS.value: _("Progress"),
    Order.LAST.value: _("Longest inactive"),
}
LONGEST = 100
"""Signs of a name that is looked for."""
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


def wanted() -> Wanted:
    """What the address asks for; anything odd asks for nothing."""
    state, order = request.args.get("state", ""), request.args.get("order", "")
    return Wanted(
        state=State(state) if state in [*State] else None,
        words=request.args.get("q", "").replace("\0", "").strip()[:LONGEST],
        order=Order(order) if order in [*Order] else Order.NAME,
        here=request.args.get("here", "").replace("\0", "")[:LONGEST],
    )


def kept(asked: Wanted, **more: str) -> dict[str, str]:
    """What links of the page carry on."""
    said = {
        **more,
        "state": asked.state.value if asked.state else "",
        "q": asked.words,
        "order": asked.order.value if asked.order is not Order.NAME else "",
        "here": asked.here,
    }
    return {name: value for name, value in said.items() if value}


def shown(rows: Iterable[Row], course: CourseText) -> Iterator[Shown]:
    """In their order."""
    reader = language.current()
    words = {state: gettext(text) for state, text in STATES.items()}
    counted = gettext("%(done)s of %(all)s", done="{}", all="{}")

    @cache
    def lesson(slug: str) -> tuple[str, Markup]:
        text = course.lesson(slug)
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
