"""Why a certificate cannot be corrected or handed out. Each message is shown to the learner as it is."""

from django.utils.translation import gettext


class CannotCorrect(Exception):
    """Nothing was written."""


class FileDamaged(Exception):
    """What is stored is not what was issued, and it cannot be made again byte for byte."""

    def __init__(self, code: str) -> None:
        super().__init__(
            gettext(
                "The file of certificate {code} is damaged, and we never hand out one that is not as it was "
                "issued. The office has been told, and will look at it. Your credit is recorded all the same."
            ).format(code=code)
        )
