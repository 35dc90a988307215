"""Every write of what joins no two apps: the people's pages and the messages to staff."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from accounts.mail.services import drop_waiting, queue_mail
from accounts.models import User
from escan.models import ContactMessage, InformationPage, Topic

TO_STAFF = "message"
TO_SENDER = "confirmation"

# A message is kept for this long after it was handled; a grievance as long as records of credit are.
KEPT = timedelta(days=2 * 365)
GRIEVANCE_KEPT = timedelta(days=6 * 365)


@transaction.atomic
def draft_page(*, slug: str, fields: dict[str, Any]) -> Revision:
    page = InformationPage.objects.filter(slug=slug).first() or InformationPage(slug=slug, live=False)
    for name, value in fields.items():
        setattr(page, name, value)
    page.full_clean()
    if page.pk is None:
        page.save()
    return page.save_revision(log_action=True)


@transaction.atomic
def send_message(*, user: User | None, topic: str, name: str, email: str, message: str) -> ContactMessage:
    """Keep it, mail it to staff, and tell the sender that it arrived."""
    kept = ContactMessage.objects.create(user=user, topic=topic, name=name, email=email, message=message)
    queue_mail(kind=TO_STAFF, reference=str(kept.pk), to=settings.CONTACT_EMAIL)
    queue_mail(kind=TO_SENDER, reference=str(kept.pk), to=email)
    return kept


@transaction.atomic
def handle_message(*, message_id: int, by: User) -> bool:
    """Check it off. False where somebody did so before."""
    message = ContactMessage.objects.filter(pk=message_id, handled_at=None).first()
    if message is None or not _set_handled(message, before=False):
        return False
    log(message, "escan.handle_message", user=by)
    return True


@transaction.atomic
def reopen_message(*, message_id: int, by: User) -> bool:
    message = ContactMessage.objects.filter(pk=message_id, handled_at__isnull=False).first()
    if message is None or not _set_handled(message, before=True):
        return False
    log(message, "escan.reopen_message", user=by)
    return True


def _set_handled(message: ContactMessage, *, before: bool) -> bool:
    rows = ContactMessage.objects.filter(pk=message.pk, handled_at__isnull=not before)
    return bool(rows.update(handled_at=None if before else timezone.now()))


def forget_old_messages() -> int:
    now = timezone.now()
    old = ContactMessage.objects.filter(handled_at__lt=now - KEPT).exclude(
        topic=Topic.GRIEVANCE, handled_at__gte=now - GRIEVANCE_KEPT
    )
    forgotten, _ = old.delete()
    return forgotten


def forget_sessions_of_the_gone() -> int:
    """Sessions that are worthless since their account was deleted. Nothing else says whose a session is."""
    people = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    gone = [
        session.pk
        for session in Session.objects.iterator(chunk_size=1000)
        if (key := session.get_decoded().get(SESSION_KEY)) and int(key) not in people
    ]
    forgotten, _ = Session.objects.filter(pk__in=gone).delete()
    return forgotten


@transaction.atomic
def forget_messages_of(*, user: User) -> None:
    """What this person wrote to us goes, answered or not; a grievance about credit has its own time."""
    own = ContactMessage.objects.filter(Q(user=user) | Q(user=None, email__iexact=user.email))
    gone = own.exclude(topic=Topic.GRIEVANCE)
    references = [str(pk) for pk in gone.values_list("pk", flat=True)]
    drop_waiting(kinds=(TO_STAFF, TO_SENDER), references=references)
    gone.delete()
