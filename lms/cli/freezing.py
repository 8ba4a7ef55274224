"""Before the server forks: what all processes have in common stays in memory once.

Nothing may look into the file store here: its threads would be missing in the forks, and their first
look at a file would never end.
"""

import gc

from lms.database import db


def freeze() -> None:
    """Let go of what the forks must not share, and keep the rest from being copied by collections."""
    db.session.remove()
    db.engine.dispose()
    gc.collect()
    gc.freeze()
