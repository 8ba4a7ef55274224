"""What the site calls itself where it writes: on paper and in mails."""

from flask import current_app

from lms import files
from lms.domain import site


def site_name() -> str:
    """The name that was given in the browser, else the setting."""
    return site.name() or str(current_app.config["SITE_NAME"])


def logo() -> bytes:
    """The picture that was uploaded; empty without one."""
    found = site.logo()
    return files.get(found[0]) if found else b""
