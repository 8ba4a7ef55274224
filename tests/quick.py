"""What each of two thousand applications would compile anew is compiled once in a test process.

The code that runs is the same; without `remember` the tests pass as well, in twice the time.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

CODE: dict[str, bytes] = {}
"""Compiled templates, by their name and content."""
BUILDERS: dict[object, Callable[..., Any]] = {}
"""How the address of a route is put together, by the route."""
ENGINES: dict[str, Engine] = {}
"""The first engine for each kind of database."""


def remember() -> None:
    """From now on, in every application."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Flask.url_rule_class = Route


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
