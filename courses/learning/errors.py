from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.errors import LearningError


class NoSuchPlace(LearningError):
    def __init__(self) -> None:
        super().__init__(_("That place is not in this lesson's text."))


class NoSuchVideo(LearningError):
    def __init__(self) -> None:
        super().__init__(_("That video is not in this lesson, or it cannot be watched yet."))


class NotWatched(LearningError):
    """The lesson has videos of which the learner has watched too little: of each the title, and the seconds left."""

    def __init__(self, videos: Iterable[tuple[str, int]]) -> None:
        parts = [
            ngettext("%(left)d second of “%(title)s”", "%(left)d seconds of “%(title)s”", left)
            % {"left": left, "title": title}
            for title, left in videos
        ]
        super().__init__(_("Still to watch before this lesson is completed: %s.") % ", ".join(parts))


class NotAnswered(LearningError):
    """The lesson has so many checks that the learner has not answered yet."""

    def __init__(self, count: int) -> None:
        told = ngettext(
            "Still to answer before this lesson is completed: one check.",
            "Still to answer before this lesson is completed: %(n)d checks.",
            count,
        )
        super().__init__(told % {"n": count})
