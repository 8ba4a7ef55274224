"""Keys in an archive: encrypted with a passphrase, which nobody can make up for when it is lost."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lms.backup.errors import BackupError

COST = 2**16
"""Of scrypt, as RFC 7914 counts: 64 MB of memory and a fraction of a second for each guess."""
BLOCK, LANES = 8, 1
PURPOSE = b"NPOC Learn: keys, format 1"


def seal(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """These files, readable with the passphrase only."""
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps({name: b64encode(data).decode() for name, data in files.items()}).encode()
    return salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, PURPOSE)


def unseal(sealed: bytes, passphrase: str) -> dict[str, bytes]:
    """The files again, or BackupError."""
    salt, nonce, secret = sealed[:16], sealed[16:28], sealed[28:]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, secret, PURPOSE)
    except InvalidTag as error:
        raise BackupError("The keys cannot be read with this passphrase.") from error
    return {name: b64decode(data) for name, data in json.loads(plain).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES).derive(passphrase.encode())
