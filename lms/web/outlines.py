"""Pages that are the same for everybody but for a few gaps: made once, filled for each reader.

A template says what is personal: ``{% call(progress, state) personal() %} … {% endcall %}``. The rest is
rendered once an edition, without any reader: ``me()`` raises there, and ``progress`` is not defined. So
nothing personal can ever be in what is shared.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask, Response, current_app, g, render_template, request
from markupsafe import Markup

from lms.web import access
from lms.web.pieces import joined, packed, packed_soon
from lms.web.store import Store

MOST = 4 * 1024 * 1024
"""Bytes of outlines that one process keeps, more or less."""
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

    def filling(self, mine: Sequence[object]) -> bytes:
        """The text for this reader."""
        return self.macro(*mine[: len(self.macro.arguments)]).encode()


@dataclass(frozen=True, slots=True)
class Outline:
    """A page with gaps: piece, gap, piece, gap, …, piece. packed: the pieces, where it is sent often."""

    pieces: Sequence[bytes]
    gaps: Sequence[Gap]
    packed: Sequence[bytes] = ()

    @property
    def size(self) -> int:
        """Bytes that it takes, more or less."""
        return sum(map(len, self.pieces)) + sum(map(len, self.packed))

    def seen(self, faces: Mapping[str, Hashable], mine: Sequence[object]) -> "Outline":
        """The outline for all who have these faces: what depends on nothing else is filled."""
        pieces, gaps = [self.pieces[0]], []
        for gap, piece in zip(self.gaps, self.pieces[1:], strict=True):
            if gap.face in faces:
                with access.nobody_reads():
                    pieces[-1] += gap.filling(mine) + piece
            else:
                gaps.append(gap)
                pieces.append(piece)
        return Outline(pieces, gaps, list(map(packed, pieces)))


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
    return Outline([text.encode() for text in texts[::2]], [gaps[int(n)] for n in texts[1::2]])


def filled(outline: Outline, *mine: object) -> Response:
    """The page with what is this reader's. Each gap is given as much of ``mine`` as it asks for."""
    fillings = [gap.filling(mine) for gap in outline.gaps]
    plain = b"".join(woven(outline.pieces, fillings))
    if not outline.packed or not request.accept_encodings["gzip"]:
        return Response(plain)
    whole = joined(plain, woven(outline.packed, map(packed_soon, fillings)))
    return Response(whole, headers={"Content-Encoding": "gzip"})


def woven(pieces: Sequence[bytes], fillings: Iterable[bytes]) -> Iterator[bytes]:
    """Piece, filling, piece, …, piece."""
    yield pieces[0]
    for filling, piece in zip(fillings, pieces[1:], strict=True):
        yield filling
        yield piece
