"""`lms certificates`: proof that the transparency log is whole."""

import re

import click
from flask.cli import AppGroup

from lms.database import snapshot
from lms.domain import transparency_audit
from lms.domain.permissions import System
from lms.domain.transparency_audit import Proof

HEAD = re.compile(r"[0-9a-f]{64}")

certificates = AppGroup("certificates", help="What was issued, and the log of it.")


@certificates.command()
@click.option("--since", metavar="HEAD", help="A head that was kept: from a mail or a certificate.")
def audit(since: str | None) -> None:
    """Prove that the log only grew, since HEAD if it is given, and that all certificates are in it."""
    if since is not None and not HEAD.fullmatch(since := since.strip().lower()):
        raise click.BadParameter("a head has 64 of the signs 0-9 and a-f", param_hint="--since")
    proof, faults = Proof(), 0
    with snapshot() as connection:
        for fault in transparency_audit.audit(System(), connection, proof, since):
            click.echo(fault, err=True)
            faults += 1
    click.echo(f"{proof.entries} entries, head {proof.head}")
    click.echo(
        f"{proof.certificates} certificates and {proof.ends} ends of them are in the log; "
        f"{proof.waiting} wait for the worker"
    )
    click.echo(f"{proof.forgotten} were forgotten when their holders left: their digests are kept")
    if proof.found is not None:
        click.echo(f"{proof.entries - proof.found} entries were added since the head that you kept")
    if faults:
        raise click.ClickException(f"faults: {faults}. This log is not to be trusted as it is.")
    click.echo("The log is whole.")
