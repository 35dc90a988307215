"""Why something was not done, each as a sentence for the reader."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imaging.errors import ImagingError


class SetClosed(ImagingError):
    """The reader has no access (any more)."""

    def __init__(self) -> None:
        super().__init__(_("Test sets are open with access to the courses."))


class CasesBeingMade(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Your cases are still being made. This page says how far they are."))


class CasesLeft(ImagingError):
    def __init__(self, count: int) -> None:
        told = ngettext("{count} case is not locked yet.", "{count} cases are not locked yet.", count)
        super().__init__(" ".join([told.format(count=count), _("Lock each of them, then hand in.")]))


class HandedInAlready(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This attempt was handed in already; its result stands."))


class NoFreshCases(ImagingError):
    """Images take minutes of a processor, and any reader may ask for new ones."""

    def __init__(self) -> None:
        super().__init__(_("Enough fresh cases were made today; new ones are made again tomorrow. Come back then."))
