"""`lms upgrade`: from the release before to this one, and a way back."""

import click
from flask.cli import with_appcontext

from lms.backup import tables
from lms.cli import running
from lms.cli.backup import back_up, instance, passphrase_from
from lms.cli.prepare import bring_up_to_date
from lms.cli.restore import refuse_newer
from lms.database import snapshot


@click.command()
@with_appcontext
def upgrade() -> None:
    """Back up, bring the database and the courses up to date, and have the server load this code.

    Call it with the new code. Without a database yet, it makes one. A shipped course that was changed
    in the browser is not touched; what differs is printed.
    """
    with snapshot() as connection:
        step = tables.revision(connection)
    if step is not None:
        refuse_newer(step, "The database")
        archive = back_up(instance() / "backups", passphrase_from(None))
        click.echo(f"To go back, restore this with the code of before: {archive}")
    bring_up_to_date()
    click.echo("Database and courses are up to date.")
    if running.reload(instance()):
        click.echo("The server loads this code now. On other machines: systemctl reload npoc-learn")
    else:
        click.echo("No server runs on this machine.")
