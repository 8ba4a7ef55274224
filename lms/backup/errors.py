"""Why a backup was not made, or not restored."""


class BackupError(Exception):
    """A sentence for whoever types the command."""
