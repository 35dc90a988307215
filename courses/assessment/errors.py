from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.errors import LearningError


class NoSuchChoice(LearningError):
    def __init__(self) -> None:
        super().__init__(_("That answer does not belong to this question."))


class NothingGiven(NoSuchChoice):
    """Each kind asks for what it wants (`Kind.request`)."""

    def __init__(self, told: str) -> None:
        LearningError.__init__(self, told)


class NotANumber(NoSuchChoice):
    def __init__(self) -> None:
        LearningError.__init__(self, _("That is not a number. Write it with digits, such as 0.4 or 0,4."))


class CheckChanged(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This question has been changed since you opened it. Here it is as it stands now."))


class NotReadyForPostTest(LearningError):
    def __init__(self) -> None:
        super().__init__(_("The post-test opens when every lesson is completed."))


class FactsMissing(LearningError):
    """Completing a course freezes name, profession and the day where the learner is."""

    def __init__(self) -> None:
        super().__init__(_("Give your name, profession and time zone first: your certificate is made of them."))


class NoQuestions(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This course has no post-test yet."))


class TooFewInWords(LearningError):
    """A test of fewer questions would be another one than the rest are asked, for the same credit."""

    def __init__(self) -> None:
        super().__init__(
            _("Too few questions of this test are in words yet, so it cannot begin. Write to us on the contact page.")
        )


class AttemptClosed(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This attempt has been handed in; its answers stand."))


class NoPreTest(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This course has no pre-test."))


class PreTestTaken(LearningError):
    def __init__(self) -> None:
        super().__init__(_("You have taken the pre-test; its result stands."))


class Unanswered(LearningError):
    def __init__(self, positions: list[int]) -> None:
        numbers = ", ".join(str(position) for position in positions)
        told = ngettext("Not answered yet: question %(n)s.", "Not answered yet: questions %(n)s.", len(positions))
        super().__init__(told % {"n": numbers})
        self.positions = positions


class FileRefused(LearningError):
    """A file that is no file of questions, as a whole."""


class NotUnderstood(LearningError):
    """One question of a file, or one that no file can say; the text is meant for the author."""


class ImportClosed(LearningError):
    def __init__(self) -> None:
        super().__init__(_("Somebody has confirmed or discarded this import meanwhile."))


class NothingToRegrade(LearningError):
    def __init__(self) -> None:
        super().__init__(_("No attempt was marked by another key than the published one, or it is being done."))
