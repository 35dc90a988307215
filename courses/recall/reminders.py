"""Mail to learners who have used Recall and have stopped."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.mail.services import offer_mail
from accounts.models import Mail, User
from courses.recall.models import RecallCard
from courses.recall.queries import count_due, get_today

# The name in rows and in links of mails that were sent; it is older than the word recall.
RECALL_MAIL = "review-due"

QUIET = timedelta(days=3)
"""A learner who has answered within these days needs no mail."""
GIVEN_UP = timedelta(days=30)
"""A learner who has not for so long has decided, and is left alone."""
APART = timedelta(days=7)


def remind_of_recall() -> int:
    """Offer the mail to whoever left questions that are due. Returns how many."""
    now = timezone.now()
    offered = 0
    for user in get_silent(now).iterator(chunk_size=500):
        reference = f"{user.pk}, {now:%Y-%m-%d}"
        is_due = count_due(user, get_today(user, now)) > 0
        if is_due and offer_mail(kind=RECALL_MAIL, reference=reference, user=user):
            offered += 1
    return offered


def get_silent(now: datetime) -> QuerySet[User]:
    """Learners with a question that is due, whose last recall is some days old, and who got no such mail lately."""
    due = RecallCard.objects.filter(learned_on=None, due_on__lte=now.date() + timedelta(days=1)).values("user")
    mailed = Mail.objects.filter(kind=RECALL_MAIL, created_at__gt=now - APART).exclude(user=None).values("user")
    learners: QuerySet[User] = User.objects.filter(is_active=True, pk__in=due).exclude(pk__in=mailed)
    last = Max("recall_cards__answers__answered_at")
    return learners.annotate(last=last).filter(last__lte=now - QUIET, last__gt=now - GIVEN_UP).order_by("pk")
