class BackupError(Exception):
    """It did not work; the sentence says why, and what to do."""
