from django.utils.translation import gettext as _


class LearningError(Exception):
    """Base of what these services refuse; the text is meant for the learner."""


class CheckChanged(LearningError):
    def __init__(self) -> None:
        super().__init__(_("This question has been changed since you opened it. Here it is as it stands now."))
