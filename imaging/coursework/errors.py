from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class SeedTaken(ImagingError):
    """A seed is one study for good: what was read stays explainable."""

    def __init__(self, seed: int) -> None:
        super().__init__(_("Another study has the seed {seed}: give a changed recipe a new one.").format(seed=seed))


class NotMadeYet(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("The images of this study are still being made. Come back in a few minutes."))


class NotReadable(ImagingError):
    """It was withdrawn, cannot be made, or nobody has said yet what is true of it."""

    def __init__(self) -> None:
        super().__init__(_("This study is not to be read now. Go on with the lesson."))
