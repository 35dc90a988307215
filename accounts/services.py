from collections.abc import Mapping, Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail import services as mails
from accounts.mail.emails import build_email
from accounts.models import AccessGrant, User
from accounts.sessions.services import end_sessions
from accounts.zones import find_zone
from core.logs import log_many


@transaction.atomic
def grant_access(*, user: User, source: str, reference: str) -> bool:
    """Open every course to the learner. Returns False where this very grant already stood.

    Safe to call any number of times: source and reference name the one grant.
    A grant that was revoked stands again.
    """
    grant, created = AccessGrant.objects.select_for_update().get_or_create(
        source=source, reference=reference, defaults={"user": user}
    )
    if not created and grant.revoked_at is None:
        return False
    if not created:
        grant.revoked_at = None
        grant.save(update_fields=["revoked_at"])
    log(grant, "accounts.grant_access", data={"user": user.pk})
    return True


@transaction.atomic
def open_accounts(*, emails: Sequence[str]) -> list[User]:
    """For those of these addresses, in small letters, that nobody signs in with; returns what was opened.

    Each owner proves the address at the first sign-in, by a mailed code. Locks every account of these addresses.
    """
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    new = sorted(set(emails) - known)
    # Sorted, so that two lists wait for each other in one order; what another opened meanwhile has its address already.
    User.objects.bulk_create((User(email=each, password=make_password(None)) for each in new), ignore_conflicts=True)
    locked = User.objects.select_for_update(no_key=True).filter(email__in=emails).order_by("pk")
    candidates = [user for user in locked if user.email not in known]
    has_address = set(EmailAddress.objects.filter(user__in=candidates).values_list("user", flat=True))
    opened = [user for user in candidates if user.pk not in has_address]
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, primary=True) for user in opened)
    return opened


@transaction.atomic
def grant_access_to_many(*, references: Mapping[str, User], source: str) -> list[AccessGrant]:
    """Open every course to each of these learners, by a reference that nobody has used before."""
    grants = AccessGrant.objects.bulk_create(
        AccessGrant(user=user, source=source, reference=reference) for reference, user in references.items()
    )
    log_many(grants, "accounts.grant_access", user=None)
    return grants


@transaction.atomic
def revoke_many(*, grants: QuerySet[AccessGrant], reason: str) -> list[AccessGrant]:
    """Take back those of these grants that stand; returns them."""
    standing = list(
        grants.filter(revoked_at=None).select_for_update(of=("self",)).order_by("pk").select_related("user")
    )
    AccessGrant.objects.filter(pk__in=[grant.pk for grant in standing]).update(revoked_at=timezone.now())
    log_many(standing, "accounts.revoke_access", user=None, data={"reason": reason})
    return standing


@transaction.atomic
def revoke_access(*, source: str, reference: str, reason: str) -> bool:
    """Take one grant back. Returns False where there was nothing to take back."""
    grant = AccessGrant.objects.select_for_update().filter(source=source, reference=reference, revoked_at=None).first()
    if grant is None:
        return False
    grant.revoked_at = timezone.now()
    grant.save(update_fields=["revoked_at"])
    log(grant, "accounts.revoke_access", data={"user": grant.user_id, "reason": reason})
    return True


@transaction.atomic
def update_profile(*, user: User, name: str, profession: str, time_zone: str) -> None:
    user.name = name
    user.profession = profession
    user.time_zone = time_zone
    user.save(update_fields=["name", "profession", "time_zone"])


def keep_reads_in_words(*, user: User, reads_in_words: bool) -> None:
    """Whether questions come in words from now on; a test that is under way stays as it was drawn."""
    user.reads_in_words = reads_in_words
    user.save(update_fields=["reads_in_words"])


@transaction.atomic
def keep_time_zone(*, user: User, time_zone: str) -> bool:
    """What the browser says when somebody signs in, unless a zone is known: it is theirs to change in the profile."""
    zone = find_zone(time_zone)
    if user.time_zone or not zone:
        return False
    kept = User.objects.filter(pk=user.pk, time_zone="").update(time_zone=zone)
    user.time_zone = zone
    return bool(kept)


@transaction.atomic
def replace_email_address(*, user: User) -> None:
    """After staff made the account, or its owner proved another address: it alone signs in."""
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    EmailAddress.objects.filter(user=user).exclude(pk=address.pk).delete()
    EmailAddress.objects.filter(pk=address.pk).update(primary=True)
    end_sessions(user=user)


@transaction.atomic
def replace_by_proven_address(*, user: User, email: str) -> None:
    """After its owner opened a link that was mailed there. What proved the old address ends with it: its sessions."""
    user.email = email.lower()
    user.bounced_email = ""
    user.save(update_fields=["email", "bounced_email"])
    replace_email_address(user=user)
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)


@transaction.atomic
def forget_unproven_password(*, user: User, email: str) -> bool:
    """Drop a password that was set before anybody proved to own the address. Returns whether one was dropped.

    Otherwise a stranger could sign up with a doctor's address and a password of the stranger's choice, wait until the
    doctor signs in by a mailed code, and come back with that password.
    """
    if not user.has_usable_password() or EmailAddress.objects.filter(user=user, verified=True).exists():
        return False
    if not EmailAddress.objects.filter(user=user, email=email, verified=False).exists():
        return False
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return True


@transaction.atomic
def remove_second_factor(*, user: User, by: User | None) -> bool:
    """For somebody who lost it: app, passkeys and recovery codes go. Returns whether there were any."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    log(user, "accounts.remove_second_factor", user=by)
    # The device that was lost is signed out with it.
    end_sessions(user=user)
    # Whoever talked our staff into it does not read the mail of the owner, who does.
    mails.queue_notice(message=build_email(template="accounts/email/second_factor_removed", to=user.email, context={}))
    return True
