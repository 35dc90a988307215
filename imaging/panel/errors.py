"""Why something was not done, each as a sentence for its reader."""

from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class TooFewStudies(ImagingError):
    def __init__(self, *, needed: int, real: int, synthetic: int) -> None:
        text = _(
            "A panel needs at least {needed} real studies and {needed} synthetic ones. "
            "The academy holds {real} real ones and {synthetic} synthetic ones."
        )
        super().__init__(text.format(needed=needed, real=real, synthetic=synthetic))


class PanelOpenAlready(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("A panel is open already. Close it first."))


class NoPanelOpen(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("No panel is open now. Nothing was kept."))
