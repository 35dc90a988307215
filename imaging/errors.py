class ImagingError(Exception):
    """A rule of the reading room was broken; the text is meant for its reader."""
