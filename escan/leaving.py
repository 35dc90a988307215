"""Deleting an account: every app's part, in one transaction, under the lock on the learner."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import cme.claims.queries
import cme.claims.services
import courses.leaving
import payments.services.people
from accounts import leaving
from accounts.mail.emails import build_email
from accounts.mail.services import queue_notice
from accounts.models import User
from core.deadlocks import again_after_deadlock
from courses.models import Attempt
from escan.services import forget_messages_of
from payments.queries.people import why_stay


class ForgetPerson(Protocol):
    def __call__(self, *, user: User) -> None: ...


FORGET: list[ForgetPerson] = [
    payments.services.people.forget_person,
    cme.claims.services.forget_person,
    courses.leaving.forget_person,
    forget_messages_of,
    leaving.forget_person,
]

# What would go with the account and stays: each with the reason. What the database protects stays by itself.
KEPT = {Attempt: "a completion stands on it; the others are deleted"}


class CannotLeave(Exception):
    """The account is not deleted now; each text is meant for its owner."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def why_staff_stay(user: User) -> list[str]:
    is_staff = user.is_staff or user.is_superuser or user.groups.exists() or user.has_perm("wagtailadmin.access_admin")
    if not is_staff:
        return []
    return [
        _("You are a member of the staff. An administrator has to take your roles away first; then come back here.")
    ]


OBSTACLES: list[Callable[[User], list[str]]] = [why_staff_stay, why_stay]


def find_obstacles(user: User) -> list[str]:
    """Why this account cannot be deleted now, as sentences; empty where it can."""
    return [reason for obstacle in OBSTACLES for reason in obstacle(user)]


LATE = timedelta(days=2)


def sweep_latecomers() -> None:
    """What a request that was under way wrote just after its account was deleted, where the row had to stay."""
    for user in User.objects.filter(deleted_at__gte=timezone.now() - LATE):
        with transaction.atomic():
            courses.leaving.forget_person(user=user)
            leaving.cut_ties(user=user, but=KEPT)


def delete_person(*, user_id: int, by: User | None = None, is_told: bool = True) -> bool:
    """Delete the account at once and for good. False where it is gone already. Raises CannotLeave.

    Money and credit are written under the same lock on the learner, so a payment or a claim comes before or after.
    A report of what was watched takes its own rows first and the learner last.
    """
    return again_after_deadlock(lambda: _delete_person(user_id=user_id, by=by, is_told=is_told))


@transaction.atomic
def _delete_person(*, user_id: int, by: User | None, is_told: bool) -> bool:
    user = User.objects.select_for_update().filter(pk=user_id, deleted_at=None).first()
    if user is None:
        return False
    if reasons := find_obstacles(user):
        raise CannotLeave(reasons)
    if is_told:
        has_credit = cme.claims.queries.get_claims(user).exists()
        context = {"has_credit": has_credit}
        queue_notice(message=build_email(template="accounts/email/account_deleted", to=user.email, context=context))
    for forget in FORGET:
        forget(user=user)
    leaving.cut_ties(user=user, but=KEPT)
    leaving.close_account(user=user, by=by)
    return True
