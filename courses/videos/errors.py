from django.core.exceptions import ValidationError


class FilmError(Exception):
    """The film cannot be used; the text says what is wrong and what to do, and is meant for its author."""


class CaptionsError(ValidationError):
    """The captions break WebVTT; the text names the line."""
