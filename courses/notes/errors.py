from django.utils.translation import gettext as _

from courses.errors import LearningError


class NothingWritten(LearningError):
    def __init__(self) -> None:
        super().__init__(_("Write something first, or delete the note."))


class NoSuchSecond(LearningError):
    def __init__(self) -> None:
        super().__init__(_("That second is not in a video of this lesson."))


class TooManyNotes(LearningError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("You have %(count)s notes, which is as many as the academy keeps. Delete some, then write this one.")
            % {"count": most}
        )


class TooLateToUndo(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This note cannot be brought back any more."))
