"""An account moves to another e-mail address, and back where it was not its owner who moved it."""

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.addresses.errors import CannotUndo
from accounts.addresses.models import UNDONE_WITHIN
from accounts.mail import services as mails
from accounts.mail.emails import build_email
from accounts.models import AddressChange, User
from accounts.sessions.services import end_sessions
from core.keeping import is_kept


@transaction.atomic
def record_change(*, user: User, old: str, new: str) -> AddressChange:
    """The account has just moved. A mail to the old address, which was proven, tells how to undo it."""
    return AddressChange.objects.create(user=user, old=old, new=new)


@transaction.atomic
def undo_change(*, change_id: int) -> User:
    """The old address signs in again, and nothing else does: whoever moved the account may know its password.

    Second factors that were set up since go, too; those from before stay, for a mailbox alone must not remove them.
    Later changes cannot be undone any more: their old addresses came after the one that now has the account again.
    Raises CannotUndo with the reason.
    """
    change = AddressChange.objects.get(pk=change_id)
    user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    change.refresh_from_db()
    if not change.can_be_undone or not user.is_active:
        raise CannotUndo(gettext("This was undone before, or more than seven days have passed."))
    make_room_for(change.old, user)
    before = user.email
    user.email, user.bounced_email = change.old, ""
    user.set_unusable_password()
    user.save(update_fields=["email", "bounced_email", "password"])
    EmailAddress.objects.filter(user=user).exclude(email=change.old).delete()
    address, _ = EmailAddress.objects.update_or_create(
        user=user, email=change.old, defaults={"verified": True, "primary": True}
    )
    Authenticator.objects.filter(user=user, created_at__gte=change.changed_at).delete()
    end_sessions(user=user)
    AddressChange.objects.filter(user=user, changed_at__gte=change.changed_at).update(undone_at=timezone.now())
    log(user, "accounts.undo_address_change", user=user)
    mails.queue_notice(message=build_email(template="accounts/email/address_undone", to=before, context={}))
    # As allauth tells of a change; there is no request, and nobody can undo this one.
    moved_from = EmailAddress(user=user, email=before)
    email_changed.send(
        sender=EmailAddress, request=None, user=user, from_email_address=moved_from, to_email_address=address
    )
    return user


def make_room_for(address: str, user: User) -> None:
    """Somebody else may have signed up with the address meanwhile; who never proved it has no right to it."""
    other = User.objects.select_for_update().filter(email=address).exclude(pk=user.pk).first()
    proven = EmailAddress.objects.filter(email=address, verified=True).exclude(user=user)
    is_used = other and (other.last_login or other.access_grants.exists() or is_kept(other))
    if proven.exists() or is_used:
        raise CannotUndo(gettext("Another account uses the old address now. Write to us: a person sorts it out."))
    EmailAddress.objects.filter(email=address).exclude(user=user).delete()
    if other:
        other.delete()


def forget_old_changes() -> int:
    forgotten, _ = AddressChange.objects.filter(changed_at__lt=timezone.now() - UNDONE_WITHIN).delete()
    return forgotten
