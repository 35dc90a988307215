"""What staff begin and only the owners of the addresses finish: another address, or two accounts that become one."""

import logging
from collections.abc import Callable, Collection

from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.addresses.links import undo_url
from accounts.addresses.models import UNDONE_WITHIN
from accounts.addresses.services import record_change
from accounts.mail.emails import build_email
from accounts.mail.services import queue_mail, queue_notice
from accounts.models import User
from accounts.services import replace_by_proven_address
from core.deadlocks import again_after_deadlock
from escan import merging
from escan.support.errors import CannotAsk, RequestOver
from escan.support.models import LINK_HOLDS, PROOF_MAIL, AddressProof, RequestKind, SupportRequest

logger = logging.getLogger(__name__)


# --- Staff ask --------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_address(*, user: User, email: str, because: str, by: User) -> SupportRequest:
    """A link to the new address, which must be opened; one to the old address, which can stop it."""
    [user] = lock_people(user)
    email = email.lower()
    if reasons := [*why_no_address(user, email), *why_none_now(user)]:
        raise CannotAsk(reasons)
    request = make_request(RequestKind.ADDRESS, user, because=because, by=by)
    log(user, "escan.ask_for_address", user=by, data={"reason": because})
    send_links(request, needed=[email], others=[user.email])
    return request


@transaction.atomic
def ask_for_merge(*, user: User, other: User, because: str, by: User) -> SupportRequest:
    """A link to either address, and both must be opened. `other` is taken in, and closed."""
    user, other = lock_people(user, other)
    if reasons := [*merging.find_obstacles(user, other), *why_none_now(user), *why_none_now(other)]:
        raise CannotAsk(reasons)
    request = make_request(RequestKind.MERGE, user, other=other, because=because, by=by)
    for person in (user, other):
        log(person, "escan.ask_for_merge", user=by, data={"reason": because})
    send_links(request, needed=[user.email, other.email])
    return request


def why_no_address(user: User, email: str) -> list[str]:
    if user.is_staff or user.is_superuser or user.groups.exists():
        return [gettext("This is a member of the staff. They change their address themselves, in their account.")]
    if email == user.email:
        return [gettext("This is the address of the account already.")]
    if is_taken(email, user):
        return [gettext("Another account uses this address. If both are the same person's, merge them.")]
    return []


def is_taken(email: str, user: User) -> bool:
    others = User.objects.exclude(pk=user.pk)
    owned = EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user=user)
    return others.filter(email__iexact=email).exists() or owned.exists()


def why_none_now(user: User) -> list[str]:
    """One at a time; what lapsed makes room."""
    now = timezone.now()
    waiting = SupportRequest.objects.filter(user=user, done_at=None, ended_at=None)
    waiting.filter(expires_at__lte=now).update(ended_at=now)
    is_busy = waiting.exists() or find_open_merge_into(user) is not None
    return [gettext("{person} has a request that waits. Give that up first.").format(person=user)] if is_busy else []


def find_open_merge_into(user: User) -> SupportRequest | None:
    waiting = SupportRequest.objects.filter(other=user, done_at=None, ended_at=None, expires_at__gt=timezone.now())
    return waiting.first()


def make_request(kind: RequestKind, user: User, *, because: str, by: User, other: User | None = None) -> SupportRequest:
    now = timezone.now()
    return SupportRequest.objects.create(
        kind=kind, user=user, other=other, asked_by=by, because=because, created_at=now, expires_at=now + LINK_HOLDS
    )


def send_links(request: SupportRequest, *, needed: Collection[str], others: Collection[str] = ()) -> None:
    for address in (*needed, *others):
        proof = AddressProof.objects.create(request=request, address=address, is_needed=address in needed)
        # It follows no account: tried again, it still goes to the address that is to be proven.
        queue_mail(kind=PROOF_MAIL, reference=str(proof.pk), to=address)


def lock_people(*people: User) -> list[User]:
    """As they are now, locked in one order; whoever is gone is not there (404)."""
    keys = [person.pk for person in people]
    locked = lock_keys(keys)
    if any(pk not in locked or locked[pk].deleted_at for pk in keys):
        raise Http404("This account is deleted.")
    return [locked[pk] for pk in keys]


def lock_keys(keys: list[int]) -> dict[int, User]:
    return {row.pk: row for row in User.objects.select_for_update().filter(pk__in=keys).order_by("pk")}


# --- Owners answer ----------------------------------------------------------------------------------


def prove(*, token: str) -> SupportRequest:
    """Whoever reads the mail of an address says yes. With the last yes it is done. Raises RequestOver and CannotAsk."""
    return again_after_deadlock(lambda: _prove(token))


@transaction.atomic
def _prove(token: str) -> SupportRequest:
    proof, request = lock_request(token)
    if not proof.is_needed:
        raise RequestOver
    now = timezone.now()
    AddressProof.objects.filter(pk=proof.pk, proven_at=None).update(proven_at=now)
    if request.proofs.filter(is_needed=True, proven_at=None).exists():
        return request
    outcome = FINISH[RequestKind(request.kind)](request)
    SupportRequest.objects.filter(pk=request.pk).update(outcome=outcome, done_at=now)
    request.refresh_from_db()
    return request


def lock_request(token: str) -> tuple[AddressProof, SupportRequest]:
    """People first, then the request: the order of everything that is about them."""
    proof = AddressProof.objects.select_related("request").get(token=token)
    locked = lock_keys([pk for pk in (proof.request.user_id, proof.request.other_id) if pk])
    request = SupportRequest.objects.select_for_update().get(pk=proof.request_id)
    if not request.is_open(timezone.now()):
        raise RequestOver
    request.user = locked[request.user_id]
    if request.other_id:
        request.other = locked[request.other_id]
    return proof, request


@transaction.atomic
def stop(*, token: str) -> None:
    """Whoever reads the mail of an address says no. Raises RequestOver."""
    _proof, request = lock_request(token)
    end(request)
    log(request.user, "escan.stop_request", user=None, data={"reason": gettext("The owner of an address said no.")})


@transaction.atomic
def give_up(*, request_id: int, by: User) -> bool:
    """Staff take it back. False where it is over."""
    request = SupportRequest.objects.select_for_update(of=("self",)).select_related("user").get(pk=request_id)
    if not request.is_open(timezone.now()):
        return False
    end(request)
    log(request.user, "escan.stop_request", user=by)
    return True


def end(request: SupportRequest) -> None:
    request.ended_at = timezone.now()
    request.save(update_fields=["ended_at"])


# --- What then happens ------------------------------------------------------------------------------


def finish_address(request: SupportRequest) -> dict[str, object]:
    """Raises CannotAsk where the address was taken meanwhile."""
    user, old = request.user, request.user.email
    email = request.proofs.get(is_needed=True).address
    if reasons := why_no_address(user, email):
        raise CannotAsk(reasons)
    was_proven = EmailAddress.objects.filter(user=user, email=old, verified=True).exists()
    replace_by_proven_address(user=user, email=email)
    log(user, "escan.change_address", user=request.asked_by, data={"reason": request.because})
    # As where its owner changes it: who has the old address, and had proven it, can take it back for some days.
    change = record_change(user=user, old=old, new=email) if was_proven else None
    undo = undo_url(change) if change else ""
    tell("address_changed", old, {"email": email, "undo_url": undo, "days": UNDONE_WITHIN.days})
    return {}


def finish_merge(request: SupportRequest) -> dict[str, object]:
    user, other = request.user, request.other
    if other is None:
        raise RequestOver
    if reasons := merging.find_obstacles(user, other):
        raise CannotAsk(reasons)
    # Its own requests tell of its former addresses; what of them is not done yet is over.
    theirs = SupportRequest.objects.filter(user=other)
    theirs.filter(done_at=None, ended_at=None).update(ended_at=timezone.now())
    theirs.update(user=user)
    addresses = [user.email, other.email]
    by = request.asked_by or user
    outcome = merging.merge_people(user=user, other=other, by=by, because=request.because)
    for address in addresses:
        tell("accounts_merged", address, {"email": user.email, "ended": outcome["ended_claims"]})
    return outcome


def tell(template: str, to: str, context: dict[str, object]) -> None:
    queue_notice(message=build_email(template=f"escan/email/{template}", to=to, context=context))


FINISH: dict[RequestKind, Callable[[SupportRequest], dict[str, object]]] = {
    RequestKind.ADDRESS: finish_address,
    RequestKind.MERGE: finish_merge,
}
