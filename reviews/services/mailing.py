"""Mails that are due. One row tells of all that waits, or happened, by the time it is sent."""

from accounts.mail.services import offer_mail
from accounts.models import Mail, User
from reviews.models import Decision, Step, Submission
from reviews.queries import get_deciders

WAITING = "medical-review-waiting"
NEWS = "medical-review-news"


def _has_one_coming(user: User, kind: str) -> bool:
    """Whether a mail that nobody is sending yet will tell this, too."""
    return Mail.objects.waiting().filter(user=user, kind=kind, attempts=0).exists()


def tell_deciders(step: Step) -> None:
    """Each of this role, once for all that waits for it."""
    newest = Submission.objects.filter(state=step).order_by("-pk").first()
    for user in get_deciders(step) if newest else ():
        if newest and newest.sent_by_id != user.pk and not _has_one_coming(user, WAITING):
            offer_mail(kind=WAITING, reference=f"{step}-{newest.pk}-{user.pk}", user=user)


def tell_author(submission: Submission) -> None:
    """Of the last decision on it, and of whatever comes before the mail is sent."""
    author = submission.sent_by
    newest = Decision.objects.filter(submission=submission).order_by("-pk").first()
    if author is not None and newest is not None and not _has_one_coming(author, NEWS):
        offer_mail(kind=NEWS, reference=f"{newest.pk}-{author.pk}", user=author)
