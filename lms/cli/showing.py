"""What the check found, as editors and people expect it at a terminal."""

from collections.abc import Iterable

import click

from lms.content.check import Problem


def show(problems: Iterable[Problem]) -> None:
    """One line each."""
    for problem in problems:
        click.echo(problem, err=True)
