from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class FileRefused(ImagingError):
    """A file that cannot come in, with the reason as a sentence. Nothing of it is kept."""


class SigningRefused(ImagingError):
    """What keeps an image or a study from being signed, or changed, as a sentence."""


class TooBusy(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Another image is being worked on just now. Try again in a minute."))
