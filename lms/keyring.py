"""What this installation signs with: the files in its folder of keys, and the settings beside them."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from lms.render.keys import BadKey, Keys

PRIVATE = "signing.pem"


def keys_folder() -> Path:
    return Path(current_app.config["INSTANCE_FOLDER"]) / "keys"


def keys() -> Keys:
    """All that signs. Raises BadKey where there is nothing to sign with."""
    settings = current_app.config
    certificate, key = settings["PDF_CERTIFICATE"], settings["PDF_KEY"]
    try:
        return Keys(
            own=(keys_folder() / PRIVATE).read_bytes(),
            host=urlsplit(settings["PUBLIC_URL"]).hostname or "",
            bought=certificate.read_bytes() if certificate else b"",
            bought_key=key.read_bytes() if key else b"",
            password=settings["PDF_PASSWORD"] or "",
            time_stamps=settings["TIME_STAMP_URL"] or "",
        )
    except OSError as error:
        raise BadKey(f"it cannot be read: {error}") from error


def did() -> str:
    """Who signs badges, as did:web: the name leads to the keys."""
    return f"did:web:{urlsplit(current_app.config['PUBLIC_URL']).netloc.replace(':', '%3A')}"
