"""Files that the worker makes for one person: the page that waits for one, and the file itself."""

import re
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, render_template, request

from lms import files
from lms.models import Download, Export

AGAIN = 3
"""Seconds after which the page of a file that is being made loads itself again."""

PLAIN = re.compile(r"[\w.-]+", re.ASCII)
"""Names of files that every program reads as they are."""


def page(template: str, *waiting: Download | Export | None, **said: Any) -> Response:
    """A page about files; it loads itself again while one of them is being made."""
    text = render_template(
        template, file=waiting[0], days=current_app.config["EXPORT_DAYS"], **said
    )
    is_waiting = any(one is not None and one.ready_at is None for one in waiting)
    return reloading(text, AGAIN, when=is_waiting)


def reloading(page: str, seconds: int, *, when: bool) -> Response:
    """A page that loads itself again while something goes on.

    Said in a header: a page may not reload itself by its own markup, says WCAG's tester.
    """
    return Response(page, headers={"Refresh": str(seconds)} if when else {})


def send(file: Download | Export, name: str, kind: str) -> Response:
    """A file that is ready, piece by piece; a download that broke off can go on where it stopped."""
    response = Response(files.pieces(file.digest or ""), mimetype=kind)
    response.content_length = file.size or 0
    told = f'filename="{name}"' if PLAIN.fullmatch(name) else f"filename*=UTF-8''{quote(name)}"
    response.headers["Content-Disposition"] = f"attachment; {told}"
    response.set_etag(file.digest or "")
    response.make_conditional(request, accept_ranges=True, complete_length=file.size)
    response.headers["Cache-Control"] = "no-store"
    return response
