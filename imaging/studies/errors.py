from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class NotWithdrawable(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This study is withdrawn already."))


class NotFailed(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Only what could not be made can be tried again."))
