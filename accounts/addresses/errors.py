class CannotUndo(Exception):
    """The change of address stands; the text says why, and what to do."""
