from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.errors import LearningError


class VideoError(Exception):
    """The video cannot be used; the text says what is wrong and what to do, and is meant for its author."""


class CaptionsError(ValidationError):
    """The captions cannot be read; each text names its line."""


class NotFailed(LearningError):
    def __init__(self) -> None:
        super().__init__(_("Only a video that could not be used can be tried again."))
