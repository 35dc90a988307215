"""Mail to who completed a course and left its credit unclaimed."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.mail.services import offer_mail
from accounts.models import Mail
from cme.claims.models import Claim
from cme.claims.offers import can_be_claimed
from courses.models import Completion

UNCLAIMED_MAIL = "unclaimed-credit"
# Most claim on the day itself. Who left it for two months has decided, and a new academy's first night stays calm.
REMIND_AFTER = timedelta(days=7)
REMIND_UNTIL = timedelta(days=60)


def remind_of_credit() -> int:
    """Offer a mail to whoever left credit unclaimed; the mail's row keeps it at one a completion. Returns how many."""
    now = timezone.now()
    offered = 0
    for completion in get_unreminded(now).iterator(chunk_size=500):
        if can_be_claimed(completion, now) and offer_mail(
            kind=UNCLAIMED_MAIL, reference=str(completion.pk), user=completion.user
        ):
            offered += 1
    return offered


def get_unreminded(now: datetime) -> QuerySet[Completion]:
    """Completed a while ago, not claimed, no mail written about it. Whether it can be claimed is asked one by one."""
    mails = Mail.objects.filter(kind=UNCLAIMED_MAIL, reference=Cast(OuterRef("pk"), CharField()))
    return (
        Completion.objects.filter(
            ~Exists(mails),
            ~Exists(Claim.objects.filter(user=OuterRef("user"), activity__course=OuterRef("course"))),
            user__is_active=True,
            course__live=True,
            course__activity__expires_on__gte=now.date() - timedelta(days=1),
            completed_at__range=(now - REMIND_UNTIL, now - REMIND_AFTER),
        )
        .select_related("user", "course__activity")
        .order_by("pk")
    )
