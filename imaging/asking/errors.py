"""Why a view was not asked for, each as a sentence for the reader."""

from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class NoMoreViews(ImagingError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("A reading has at most {most} additional views. Read with those that you have.").format(most=most)
        )


class AskedAlready(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("You have asked for this view already. It hangs under “Additional views” once it is made."))


class NotPossible(ImagingError):
    """A study that no generator made has the views that were taken, and no others."""

    def __init__(self) -> None:
        super().__init__(_("Of this study there are no additional views."))


class NoPlace(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Point to a place in one of the four screening views, or mark it, and ask again."))
