"""`lms keys`: the key pair that this installation signs with."""

import os
from hashlib import sha256
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask.cli import AppGroup
from sqlalchemy import inspect

from lms import keyring
from lms.database import begin_reading, begin_writing, db
from lms.domain import signing
from lms.domain.permissions import System
from lms.keyring import PRIVATE, keys_folder
from lms.models import SigningKey
from lms.render.keys import BadKey, pem, signer

PUBLIC = "signing.public.pem"

keys = AppGroup("keys", help="The keys that this installation signs with.")


@keys.command()
@click.option("--again", is_flag=True, help="Even though the keys it had are lost on all machines.")
def new(*, again: bool) -> None:
    """Make the signing keys, once. Keys that are there are never overwritten."""
    folder = keys_folder()
    made = agree_on_keys(again=again)
    click.echo(f"{'Made' if made else 'There already'}: {folder}")
    click.echo(f"Fingerprint: {fingerprint(folder)}")
    if made:
        click.echo("Keep a copy in a safe place: certificates cannot be signed again without it.")


def agree_on_keys(*, again: bool = False) -> bool:
    """Make keys unless this installation has some, and have the database know them; True when made.

    A machine that has none gets those of the other machines, and makes none of its own.
    """
    if not again:
        refuse_other_keys()
    folder = keys_folder()
    made = ensure_keys(folder)
    begin_writing()
    if _has_tables():
        public = public_half(folder, Encoding.PEM).decode()
        certificate = pem(signer(keyring.keys()).certificate)
        signing.make_known(System(), fingerprint(folder), public, certificate)
    db.session.commit()
    return made


def refuse_other_keys() -> None:
    """What one machine signs is what all of them sign. Before any are known, all is well."""
    begin_reading()
    known = signing.newest() if _has_tables() else None
    db.session.rollback()
    folder = keys_folder()
    here = fingerprint(folder) if (folder / PRIVATE).exists() else "none"
    if known is not None and known.fingerprint != here:
        raise click.ClickException(
            f"The keys in {folder} ({here[:16]}) are not those of this installation "
            f"({known.fingerprint[:16]}). Copy them from another machine or from a backup. "
            "If they are lost everywhere: lms keys new --again"
        )
    if here != "none":
        refuse_bad_keys()


def refuse_bad_keys() -> None:
    """A bought key that cannot be used is told now, not by certificates that wait."""
    try:
        signer(keyring.keys())
    except BadKey as error:
        raise click.ClickException(f"The keys that sign PDFs cannot be used: {error}") from error


def _has_tables() -> bool:
    return inspect(db.engine).has_table(SigningKey.__tablename__)


def ensure_keys(folder: Path) -> bool:
    """Make the pair unless it is there; True when it was made. Only the owner may read it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = write_once(
        folder / PRIVATE,
        Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
    )
    write_once(folder / PUBLIC, public_half(folder, Encoding.PEM))
    return made


def public_half(folder: Path, encoding: Encoding) -> bytes:
    """From the private key: what signs is what is named."""
    key = load_pem_private_key((folder / PRIVATE).read_bytes(), None)
    return key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(folder: Path) -> str:
    """Sha256 of the public key."""
    return sha256(public_half(folder, Encoding.DER)).hexdigest()


def write_once(file: Path, content: bytes) -> bool:
    """Write a file unless it is there; it is never half there, and never somebody else's."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        file.hardlink_to(unfinished)  # unlike renaming, fails when the file is there
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True
