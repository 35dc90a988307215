class ContentError(Exception):
    """A content file breaks the format; the message names the file and what is wrong."""
