from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count

from accounts.models import AccessGrant, Mail, MailQuerySet, MailStatus, User

# A fresh row's own task is on its way.
SWEEP_AFTER = timedelta(minutes=1)
SWEEP_SIZE = 500


def has_access(user: User | AnonymousUser) -> bool:
    """Whether the learner holds at least one grant that was not revoked. One query; none for a stranger."""
    if not user.is_authenticated:
        return False
    return AccessGrant.objects.active().filter(user=user).exists()


# --- Mail -------------------------------------------------------------------------------------------


def get_overdue_mail_ids(now: datetime) -> list[int]:
    overdue = Mail.objects.due(now - SWEEP_AFTER).order_by("next_try_at")
    return list(overdue.values_list("pk", flat=True)[:SWEEP_SIZE])


def get_mails_to_look_at() -> MailQuerySet:
    """What has not gone out, and what came back."""
    return Mail.objects.exclude(status=MailStatus.SENT).order_by("-created_at")


def count_mails() -> dict[str, int]:
    """By status, of what has not gone out: for staff and for the monitoring. One query."""
    counted = Mail.objects.exclude(status=MailStatus.SENT).values_list("status").annotate(Count("pk")).order_by()
    return {status.value: 0 for status in MailStatus if status != MailStatus.SENT} | dict(counted)
