from datetime import datetime, timedelta

from django.db.models import Count

from accounts.mail.kinds import find_optional, get_optional
from accounts.mail.models import Mail, MailPreference, MailQuerySet, MailStatus
from accounts.models import User

# A fresh row's own task is on its way.
SWEEP_AFTER = timedelta(minutes=1)
SWEEP_SIZE = 500
UNSETTLED = (MailStatus.WAITING, MailStatus.BOUNCED, MailStatus.FAILED)


def get_overdue_mail_ids(now: datetime) -> list[int]:
    overdue = Mail.objects.due(now - SWEEP_AFTER).order_by("next_try_at")
    return list(overdue.values_list("pk", flat=True)[:SWEEP_SIZE])


def get_mails_to_look_at() -> MailQuerySet:
    """What has not gone out, and what came back."""
    return Mail.objects.unsettled().order_by("-created_at")


def count_mails() -> dict[str, int]:
    """By status, of what has not gone out: for staff and for the monitoring. One query."""
    counted = Mail.objects.unsettled().values_list("status").annotate(Count("pk")).order_by()
    return {status.value: 0 for status in UNSETTLED} | dict(counted)


def wants(user: User | None, kind: str) -> bool:
    """Whether the person wants an optional kind of mail. One query; nobody who left wants any."""
    optional = find_optional(kind)
    if optional is None or user is None or not user.is_active:
        return False
    chosen = MailPreference.objects.filter(user=user, kind=kind).values_list("is_wanted", flat=True).first()
    return optional.is_on_at_first if chosen is None else chosen


def get_wanted(user: User) -> dict[str, bool]:
    """Each optional kind of mail that the person may get, and whether it is wanted. One query besides the roles."""
    chosen = dict(MailPreference.objects.filter(user=user).values_list("kind", "is_wanted"))
    is_staff = user.has_perm("wagtailadmin.access_admin")
    offered = [kind for kind in get_optional() if is_staff or not kind.is_for_staff]
    return {kind.name: chosen.get(kind.name, kind.is_on_at_first) for kind in offered}
