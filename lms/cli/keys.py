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
from flask import current_app
from flask.cli import AppGroup

PRIVATE, PUBLIC = "signing.pem", "signing.public.pem"

keys = AppGroup("keys", help="The keys that this installation signs with.")


@keys.command()
def new() -> None:
    """Make the signing keys, once. Keys that are there are never overwritten."""
    folder = keys_folder()
    made = ensure_keys(folder)
    click.echo(f"{'Made' if made else 'There already'}: {folder}")
    click.echo(f"Fingerprint: {fingerprint(folder)}")
    if made:
        click.echo("Keep a copy in a safe place: certificates cannot be signed again without it.")


def keys_folder() -> Path:
    return Path(current_app.config["INSTANCE_FOLDER"]) / "keys"


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
