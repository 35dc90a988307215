"""Two accounts of one person become one. Each app says what of its own goes over (escan/merging.py joins them)."""

from django.db import transaction

from accounts.models import AccessGrant, Mail, MailPreference, User


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, int]:
    """What opens the courses, mails and what is wanted of them. The account that stays decides where both said."""
    grants = AccessGrant.objects.filter(user=other).update(user=user)
    mails = Mail.objects.filter(user=other).update(user=user)
    chosen = MailPreference.objects.filter(user=user).values_list("kind", flat=True)
    MailPreference.objects.filter(user=other).exclude(kind__in=list(chosen)).update(user=user)
    if missing := [name for name in ("name", "profession", "time_zone") if not getattr(user, name)]:
        for name in missing:
            setattr(user, name, getattr(other, name))
        user.save(update_fields=missing)
    if other.reads_in_words and not user.reads_in_words:
        user.reads_in_words = True
        user.save(update_fields=["reads_in_words"])
    return {"grants": grants, "mails": mails}
