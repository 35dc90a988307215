"""Access for somebody who may not have an account yet."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from wagtail.log_actions import log

from accounts.mail.kinds import ACCESS_GIVEN
from accounts.mail.services import queue_mail
from accounts.models import AccessGrant, User
from accounts.services import replace_email_address
from payments.services.staff import grant_without_payment


@transaction.atomic
def give_access_to_address(*, email: str, key: UUID, because: str, by: User) -> AccessGrant:
    """With an account, where there is none: its owner proves the address at the first sign-in, by a mailed code."""
    user, is_new = User.objects.get_or_create(email=email, defaults={"password": make_password(None)})
    if is_new:
        replace_email_address(user=user)
        log(user, "payments.open_account", user=by, data={"reason": because})
    grant = grant_without_payment(user=user, key=key, because=because, by=by)
    queue_mail(kind=ACCESS_GIVEN, reference=str(grant.pk), to=user.email, user=user)
    return grant
