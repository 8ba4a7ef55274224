"""What each of two thousand applications would compile or start anew is there once in a test process.

The code that runs is the same; without `remember` the tests pass as well, in twice the time.
"""

import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

from lms.render.process import IDLE, PATIENCE, RenderProcess

CODE: dict[str, bytes] = {}
"""Compiled templates, by their name and content."""
BUILDERS: dict[object, Callable[..., Any]] = {}
"""How the address of a route is put together, by the route."""
ENGINES: dict[str, Engine] = {}
"""The first engine for each kind of database."""
CHILDREN: list[tuple[BaseProcess, Connection, float]] = []
"""Render processes that nobody uses, and since when: one takes seconds to start."""
STOP, START = RenderProcess.stop, RenderProcess._started


def remember() -> None:
    """From now on, in every application."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Flask.url_rule_class = Route
    RenderProcess.stop = leave  # type: ignore[method-assign,assignment]
    RenderProcess._started = take_over  # type: ignore[method-assign,assignment]


def share_statements(engine: Engine) -> None:
    """What another engine for the same kind of database compiled is known to this one."""
    name = engine.dialect.name
    if name not in ENGINES:
        engine.connect().close()  # only then a dialect knows which server it speaks to
    first = ENGINES.setdefault(name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


class Templates(BytecodeCache):
    """Jinja looks here before it compiles a template."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja has checked nothing yet: the bucket refuses what another source made."""
        if code := CODE.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled it."""
        CODE[bucket.key] = bucket.bytecode_to_string()


class Route(Rule):
    """A route whose builder, a function written and compiled by werkzeug, is kept."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, str(self.defaults), str(self._trace), append_unknown)
        if key not in BUILDERS:
            BUILDERS[key] = super()._compile_builder(append_unknown)
        return BUILDERS[key]


def leave(process: RenderProcess) -> None:
    """Instead of ending a child that is well: keep it for the next test."""
    child, pipe = process._child, process._pipe
    if child is None or pipe is None or not _is_usual(process) or not child.is_alive():
        STOP(process)
    else:
        CHILDREN.append((child, pipe, time.monotonic()))
        process._child = process._pipe = None


def take_over(process: RenderProcess) -> Connection:
    """Instead of starting a child: one that was left, unless it is about to end."""
    while process._child is None and _is_usual(process) and CHILDREN:
        child, pipe, since = CHILDREN.pop()
        if time.monotonic() - since < IDLE / 2:
            process._child, process._pipe = child, pipe
    return START(process)


def _is_usual(process: RenderProcess) -> bool:
    """One with less patience may have left a child at work."""
    return (process.idle, process.patience) == (IDLE, PATIENCE)
