"""Two accounts of one person become one: every app's part, in one transaction, under the locks on both learners."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from wagtail.log_actions import log

import accounts.merging
import cme.claims.merging
import courses.leaving
import courses.merging
import imaging.merging
import payments.services.merging
from accounts import leaving
from accounts.models import AccessGrant, User
from courses.models import Completion, LessonProgress, Note
from escan.leaving import KEPT, why_staff_stay
from escan.models import ContactMessage
from imaging.models import Reading
from payments.models import PAID_SOURCES, CheckoutSession


def find_obstacles(user: User, other: User) -> list[str]:
    """Why these two cannot be merged now, as sentences for staff; empty where they can."""
    if user.pk == other.pk:
        return [_("This is the same account.")]
    reasons = [_("{person} is closed.").format(person=each.email) for each in (user, other) if not each.is_active]
    if any(why_staff_stay(each) for each in (user, other)):
        reasons.append(_("One of them is a member of the staff. An administrator takes the roles away first."))
    if Authenticator.objects.filter(user=other).exists():
        reasons.append(
            _(
                "{address} has a second factor, and a mail alone is not enough there: its owner signs in and removes "
                "the second factor first. Or take that account as the one that stays."
            ).format(address=other.email)
        )
    return reasons


def foresee(user: User, other: User) -> list[str]:
    """What will happen, as sentences for staff alone: they tell what stands in both accounts."""
    told = [
        _("{other} becomes part of {user}, which stays with its address, name and second factor.").format(
            other=other.email, user=user.email
        ),
        _("{other} is closed, and everybody who is signed in there is signed out. This cannot be undone.").format(
            other=other.email
        ),
        *foresee_learning(other),
    ]
    if ended := cme.claims.merging.claimed_by_both(user=user, other=other):
        told.append(
            _(
                "Credit was claimed in both for: {activities}. It counts once: the claim of {user} stands, and the "
                "certificate of {other} is withdrawn."
            ).format(activities=", ".join(str(claim.activity) for claim in ended), user=user.email, other=other.email)
        )
    if paid_in_both(user, other):
        told.append(_("Both have paid. Nothing goes back by itself: look at the purchases afterwards."))
    return told


def foresee_learning(other: User) -> list[str]:
    counted = [
        (
            CheckoutSession.objects.filter(user=other),
            ngettext_lazy("%(count)d checkout", "%(count)d checkouts", "count"),
        ),
        (
            Completion.objects.filter(user=other),
            ngettext_lazy("%(count)d completed course", "%(count)d completed courses", "count"),
        ),
        (LessonProgress.objects.filter(user=other), ngettext_lazy("%(count)d lesson", "%(count)d lessons", "count")),
        (Reading.objects.filter(user=other), ngettext_lazy("%(count)d reading", "%(count)d readings", "count")),
        (Note.objects.filter(user=other), ngettext_lazy("%(count)d note", "%(count)d notes", "count")),
    ]
    parts = [words % {"count": count} for rows, words in counted if (count := rows.count())]
    return (
        [_("It brings along: {parts}. What was done in both counts once.").format(parts=", ".join(parts))]
        if parts
        else []
    )


def paid_in_both(user: User, other: User) -> bool:
    paid = AccessGrant.objects.active().filter(source__in=PAID_SOURCES)
    return paid.filter(user=user).exists() and paid.filter(user=other).exists()


@transaction.atomic
def merge_people(*, user: User, other: User, by: User, because: str) -> dict[str, Any]:
    """Both owners said yes, and both rows are locked, in the order of their keys. Returns what came of it."""
    claimed = cme.claims.merging.claimed_alone(user=user, other=other)
    addresses = {"from": other.email, "of": other.pk}
    outcome: dict[str, Any] = {
        **addresses,
        **courses.merging.take_over(user=user, other=other, claimed=claimed),
        **imaging.merging.take_over(user=user, other=other),
        **cme.claims.merging.take_over(user=user, other=other, by=by),
        **payments.services.merging.take_over(user=user, other=other),
        **accounts.merging.take_over(user=user, other=other),
        "messages": ContactMessage.objects.filter(user=other).update(user=user),
    }
    log(user, "escan.merge_accounts", user=by, data={"reason": because, "of": other.pk})
    # As somebody who leaves: what was not taken over goes, but for what has to be kept.
    courses.leaving.forget_person(user=other)
    leaving.forget_person(user=other)
    leaving.cut_ties(user=other, but=KEPT)
    return {**outcome, "is_row_deleted": not leaving.close_account(user=other, by=by)}
