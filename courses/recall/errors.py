from django.utils.translation import gettext as _

from courses.errors import LearningError


class NotInRecall(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This question is not due in Recall."))


class AnsweredAlready(LearningError):
    """The same asking was answered before, in another tab or by a second click: that answer stands."""

    def __init__(self, answer_id: int) -> None:
        super().__init__(_("You have answered this question today; that answer stands."))
        self.answer_id = answer_id
