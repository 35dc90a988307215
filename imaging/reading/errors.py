"""Why something was not taken, each as a sentence for the reader."""

from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class NothingToRead(ImagingError):
    """Every study that is open to this reader was read, or none is made yet."""

    def __init__(self) -> None:
        super().__init__(_("There is no study for you to read now."))


class StudyClosed(ImagingError):
    """The reader has lost access since."""

    def __init__(self) -> None:
        super().__init__(_("This study is open with access to the courses."))


class ReadingLocked(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("You have locked this reading: it stays as it was, and nothing was changed."))


class StudyWithdrawn(ImagingError):
    def __init__(self) -> None:
        super().__init__(
            _("This study was withdrawn while you were reading it. Your reading is kept as it is; go on to the next.")
        )


class NotAnswered(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Give the study a category, and say whether you would recall, before you lock."))


class NoSuchMark(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This mark is not there (any more)."))


class OutsideImage(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This place is outside of the image. Nothing was marked."))


class NoSuchView(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This study has no such view. Nothing was marked."))


class MarkedAlready(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("You have a mark at this place already; that mark stands."))


class TooManyMarks(ImagingError):
    def __init__(self, most: int) -> None:
        super().__init__(_("A reading has at most {most} marks. Remove one first.").format(most=most))
