"""Files that come with an attempt's form: read within limits, before any transaction begins."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from lms.content.questions import UploadRule
from lms.database import begin_writing
from lms.domain.errors import Invalid
from lms.domain.learning import uploads
from lms.domain.learning.papers import PaperQuestion
from lms.web import allowance

FORM = 1024 * 1024
"""Bytes that any other page takes: nothing else is sent than what people type."""
TYPED = 4 * 1024 * 1024
"""Bytes of everything that is typed in one attempt: essays in every script, as browsers send them."""
SLACK = 2
"""So many times the allowed size is still read, so that all that was typed beside it is not lost."""


@dataclass(slots=True)
class Received:
    """files: the new response by position, [] for one that was removed. problems: why one was refused."""

    files: dict[int, list[Any]] = field(default_factory=dict)
    problems: dict[int, Invalid] = field(default_factory=dict)
    is_whole: bool = True


def init_app(app: Flask) -> None:
    """Nobody can fill the disk with what no page asked for."""
    app.config["MAX_CONTENT_LENGTH"] = FORM


def may_come() -> bool:
    """Whether the form was sent in the way in which files are sent."""
    return request.mimetype == "multipart/form-data"


def receive(paper: Iterable[PaperQuestion], public_id: str) -> Received:
    """What was uploaded or removed; not whole when there was so much that nothing of it was read.

    public_id: of whoever sends it, and may fill so much of the disk in a day.
    Files are stored before the transaction that writes begins, so it is begun here when some may come.
    """
    rules = {q.position: rule for q in paper if (rule := q.text.upload)}
    if may_come():
        begin_writing()
    request.max_form_memory_size = TYPED
    request.max_content_length = TYPED + SLACK * sum(rule.most_bytes for rule in rules.values())
    try:
        removed = request.form.get("remove", "")
    except RequestEntityTooLarge:
        if not rules:
            raise
        return Received({}, {at: uploads.too_large(rule) for at, rule in rules.items()}, False)
    received = Received()
    for position, rule in rules.items():
        if removed == str(position):
            received.files[position] = []
        else:
            _take(received, position, rule, public_id)
    return received


def _take(received: Received, position: int, rule: UploadRule, public_id: str) -> None:
    sent = request.files.get(f"q{position}")
    if sent is None or not sent.filename:  # browsers send an empty part when nothing was chosen
        return
    try:
        received.files[position] = uploads.take(
            rule, sent.stream, sent.filename, charge=partial(allowance.for_upload, public_id)
        )
    except Invalid as problem:
        received.problems[position] = problem
