"""What is refused, each a sentence for who asked."""

from django.utils.translation import gettext as _


class ReviewRefused(Exception):
    """The text is meant for who asked."""


class NothingToSend(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(_("Nothing changed since it was published: there is nothing to review."))


class NoReviewNeeded(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(_("It needs no review: publish it."))


class InReview(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(_("It is in review already. Withdraw it to change it."))


class NotOpen(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(_("It does not wait for this any more: somebody was quicker. See what became of it."))


class NotYourStep(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(_("This step is another role's."))


class OwnWork(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(
            _("You wrote this version or sent it: nobody approves what they wrote themselves. A colleague has to.")
        )


class NotRead(ReviewRefused):
    def __init__(self, titles: list[str]) -> None:
        super().__init__(
            _("Open each before you approve it. You have not opened: {titles}").format(titles=", ".join(titles))
        )


class ChangedSince(ReviewRefused):
    def __init__(self) -> None:
        super().__init__(
            _("The version was changed after it was sent, so it went back to its author. Nothing was approved.")
        )


class NotSmall(ReviewRefused):
    """Why a correction needs review; each reason is a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class NotPublishable(ReviewRefused):
    """What the draft lacks."""
