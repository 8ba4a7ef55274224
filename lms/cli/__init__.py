"""The `lms` command: the edge for people at a terminal. Each noun has a file of its own."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo

from lms.backup.errors import BackupError
from lms.cli.backup import backup
from lms.cli.certificates import certificates
from lms.cli.courses import courses
from lms.cli.keys import keys
from lms.cli.moving import migrate_to
from lms.cli.people import people
from lms.cli.prepare import prepare
from lms.cli.restore import restore
from lms.cli.serve import serve, worker
from lms.cli.upgrade import upgrade
from lms.content.tree import TreeError
from lms.domain.errors import DomainError

WSGI = Path(__file__).resolve().parent.parent.parent / "wsgi.py"


class Commands(AppGroup):
    """Says in one sentence why a deed was refused, instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (DomainError, TreeError, BackupError) as error:
            raise click.ClickException(str(error)) from error


lms = Commands("lms", help="NPOC Learn: courses, quizzes and certificates.")
for command in (
    serve,
    worker,
    prepare,
    upgrade,
    backup,
    restore,
    migrate_to,
    courses,
    people,
    keys,
    certificates,
):
    lms.add_command(command)


def main() -> None:
    """Run with the application of wsgi.py, which is loaded when a command needs it."""
    lms.main(prog_name="lms", obj=ScriptInfo(app_import_path=str(WSGI)))
