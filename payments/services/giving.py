"""Access for a list of addresses, whose owners may have no account yet; and taking back what one list was given."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail.kinds import ACCESS_CLOSED, ACCESS_GIVEN
from accounts.mail.services import queue_many
from accounts.models import AccessGrant, AccessSource, User
from accounts.services import grant_access_to_many, open_accounts, revoke_many
from core.deadlocks import again_after_deadlock
from core.logs import log_many
from payments.models import AccessGiving
from payments.queries.giving import find_holders


def give_to_many(*, addresses: Sequence[str], key: UUID, because: str, is_mailed: bool, by: User) -> AccessGiving:
    """To each of these addresses, in small letters, that nothing is open to; with an account, where there is none.

    `key` is the form's: sent twice, it gives once. Of two lists at once that name the same person, one gives.
    """
    return again_after_deadlock(lambda: _give_to_many(addresses, key, because, is_mailed=is_mailed, by=by))


@transaction.atomic
def _give_to_many(addresses: Sequence[str], key: UUID, because: str, *, is_mailed: bool, by: User) -> AccessGiving:
    fresh = {"because": because, "asked": len(addresses), "opened": 0, "is_mailed": is_mailed, "given_by": by}
    giving, is_new = AccessGiving.objects.get_or_create(key=key, defaults=fresh)
    if not is_new:
        return giving
    # From here on every account of the list is locked.
    opened = open_accounts(emails=addresses)
    log_many(opened, "payments.open_account", user=by, data={"reason": because})
    people = list(User.objects.filter(email__in=addresses, is_active=True).order_by("pk"))
    holders = find_holders(people)
    references = {f"{key.hex}-{user.pk}": user for user in people if user.pk not in holders}
    grants = grant_access_to_many(references=references, source=AccessSource.STAFF)
    log_many(grants, "payments.grant", user=by, data={"reason": because, "list": giving.pk})
    giving.grants.add(*grants)
    giving.opened = len(opened)
    giving.save(update_fields=["opened"])
    if is_mailed:
        queue_many(kind=ACCESS_GIVEN, to={str(grant.pk): grant.user for grant in grants})
    log(giving, "payments.give_to_many", user=by, data={"reason": because})
    return giving


@transaction.atomic
def undo_giving(*, giving_id: int, because: str, is_mailed: bool, by: User) -> bool:
    """Take back what this list was given and still has. False where it was undone before."""
    undone = {"undone_at": timezone.now(), "undone_because": because, "undone_by": by}
    if not AccessGiving.objects.filter(pk=giving_id, undone_at=None).update(**undone):
        return False
    giving = AccessGiving.objects.get(pk=giving_id)
    grants = revoke_many(grants=AccessGrant.objects.filter(pk__in=giving.grants.values("pk")), reason=because)
    log_many(grants, "payments.revoke", user=by, data={"reason": because, "list": giving.pk})
    if is_mailed:
        queue_many(kind=ACCESS_CLOSED, to={str(grant.pk): grant.user for grant in grants})
    log(giving, "payments.undo_giving", user=by, data={"reason": because})
    return True
