from django.utils.translation import gettext as _


class PackageRefused(Exception):
    """A file that is no package, or one that holds what no academy takes; the sentence names the file in it."""


class PackageClosed(Exception):
    def __init__(self) -> None:
        super().__init__(_("Somebody has confirmed or discarded this import meanwhile."))


class CourseChanged(Exception):
    """Between the look and the word."""

    def __init__(self) -> None:
        super().__init__(
            _("The course was changed since you looked, and nothing came in. Look at the differences again.")
        )


class NothingToExport(Exception):
    def __init__(self) -> None:
        super().__init__(_("The course is not published. Export its drafts instead."))
