"""Where the text of a licence stands."""

import re

CREATIVE_COMMONS = re.compile(r"CC[ -](BY(?:-(?:SA|NC|ND))*)[ -](\d\.\d)", re.IGNORECASE)


def licence_url(licence: str) -> str:
    """The address of a Creative Commons licence, such as ``CC BY-SA 4.0``; empty for others."""
    if licence.upper().startswith("CC0"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    found = CREATIVE_COMMONS.fullmatch(licence.strip())
    if found is None:
        return ""
    return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
