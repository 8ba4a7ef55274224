"""Pages that are the same for everybody but for a few gaps: made once, filled for each reader.

A template says what is personal: ``{% call(progress, state) personal() %} … {% endcall %}``. The rest is
rendered once an edition, without any reader: ``me()`` raises there, and ``progress`` is not defined. So
nothing personal can ever be in what is shared.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app, g, render_template
from markupsafe import Markup

from lms.web import access
from lms.web.store import Store

MOST = 4 * 1024 * 1024
"""Signs of outlines that one process keeps."""
MOST_FACES = 200
"""Fillings that a gap remembers; learners go through a module one lesson after the other."""
NO_FACES: Mapping[str, Hashable] = {}
MARK = secrets.token_hex(16)
"""Stands where a gap is; no course can contain it, for nobody can guess it."""
_GAP = re.compile(rf"{MARK}-(\d+)-")

NOBODYS = {"request": None, "session": None, "g": None}
"""What Flask hands to templates: a gap would see the first reader's, for every reader."""


class Macro(Protocol):
    """The text of a ``call`` as Jinja hands it out."""

    arguments: Sequence[str]

    def __call__(self, *mine: object) -> str:
        """The text for this reader."""
        ...


@dataclass(frozen=True, slots=True)
class Gap:
    """What fills a gap. face: the name of all that the text depends on, if many readers share it."""

    macro: Macro
    face: str
    known: dict[Hashable, str] = field(default_factory=dict)

    def filling(self, mine: Sequence[object], faces: Mapping[str, Hashable]) -> str:
        """The text for this reader; the same face, the same text."""
        face = faces.get(self.face)
        if face is None:
            return self._made(mine)
        text = self.known.get(face)
        if text is None:
            with access.nobody_reads():
                text = self._made(mine)
            if len(self.known) < MOST_FACES:
                self.known[face] = text
        return text

    def _made(self, mine: Sequence[object]) -> str:
        return self.macro(*mine[: len(self.macro.arguments)])


@dataclass(frozen=True, slots=True)
class Outline:
    """A page with gaps: piece, gap, piece, gap, …, piece."""

    pieces: Sequence[str]
    gaps: Sequence[Gap]

    @property
    def size(self) -> int:
        """Signs of what is shared."""
        return sum(map(len, self.pieces))


def init_app(app: Flask) -> None:
    """Templates may have gaps; each process keeps some outlines."""
    app.jinja_env.globals["personal"] = personal
    app.extensions["outlines"] = Store(MOST)


def personal(face: str = "", *, caller: Macro) -> str:
    """What only this reader sees: a gap in an outline, on other pages simply what it says."""
    gaps: list[Gap] | None = g.get("gaps")
    if gaps is None:
        return caller()
    gaps.append(Gap(caller, face))
    return Markup("{}-{}-").format(MARK, len(gaps) - 1)


def kept(key: Hashable, make: Callable[[], Outline]) -> Outline:
    """The outline of this key, which says all that the outline depends on."""
    store: Store = current_app.extensions["outlines"]
    outline: Outline | None = store.get(key)
    if outline is None:
        outline = make()
        store.put(key, outline, outline.size)
    return outline


def made(template: str, **facts: Any) -> Outline:
    """Render what everybody shares."""
    gaps: list[Gap] = []
    g.gaps = gaps
    try:
        with access.nobody_reads():
            html = render_template(template, **facts, **NOBODYS)
    finally:
        del g.gaps
    texts = _GAP.split(html)
    return Outline(texts[::2], [gaps[int(number)] for number in texts[1::2]])


def filled(outline: Outline, *mine: object, faces: Mapping[str, Hashable] = NO_FACES) -> str:
    """The page with what is this reader's. Each gap is given as much of ``mine`` as it asks for."""
    fillings = [gap.filling(mine, faces) for gap in outline.gaps]
    rest = zip(fillings, outline.pieces[1:], strict=True)
    return outline.pieces[0] + "".join([text for pair in rest for text in pair])
