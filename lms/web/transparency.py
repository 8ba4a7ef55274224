"""The transparency log for everybody: each day's head as a page, as JSON and as plain text; its entries."""

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, render_template, request

from lms.domain import transparency
from lms.web import numbers

bp = Blueprint("transparency", __name__)

MOST = 2**53
"""No log has so many entries, and no program has trouble with the number."""


@bp.get("/transparency")
def days() -> str:
    """What it is for, in simple words, and the heads of days, the newest first."""
    rows, goes_on = transparency.days(_page())
    return render_template("transparency/days.html", rows=rows, goes_on=goes_on, page=_page())


@bp.get("/transparency.json")
def data() -> Response:
    """The same for programs; ``more`` says whether there is another page."""
    rows, goes_on = transparency.days(_page())
    return jsonify(
        format="npoc-learn-transparency",
        version=1,
        page=_page(),
        more=goes_on,
        days=[
            {"day": one.day, "entries": one.entries, "sequence": one.sequence, "head": one.head}
            for one in rows
        ],
    )


@bp.get("/transparency.txt")
def text() -> Response:
    """A day a line: day, sequence of its last entry, head."""
    rows, _more = transparency.days(_page())
    return _lines(f"{one.day} {one.sequence} {one.head}" for one in rows)


@bp.get("/transparency/entries.txt")
def entries() -> Response:
    """The chain itself, an entry a line, a thousand at a time: sequence, time, kind, digest, head."""
    after = min(max(numbers.read(request.args.get("after"), 0), 0), MOST)
    return _lines(
        f"{one.sequence} {one.at.isoformat(timespec='microseconds')} {one.kind} {one.digest} {one.head}"
        for one in transparency.entries(after)
    )


def _page() -> int:
    return min(max(numbers.read(request.args.get("page"), 1), 1), 100_000)


def _lines(lines: Iterable[str]) -> Response:
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
