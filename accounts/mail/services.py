"""Every write of mail. The row is the event (decision 7): it is written with what it tells of, and sent afterwards."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail import gateway, queries
from accounts.mail.errors import NotDue
from accounts.mail.kinds import ADDRESS_CHECK, CODE, KINDS, NOTICE, OptionalMail, find_optional
from accounts.mail.models import Mail, MailPreference, MailStatus
from accounts.mail.unsubscribing import unsubscribe_headers
from accounts.models import User
from core.enqueue import enqueue
from core.retry import MOST_ATTEMPTS, describe, wait_after

logger = logging.getLogger(__name__)

# A worker that took a mail and died leaves it to the next one after this long.
LEASE = timedelta(minutes=15)
UNWANTED = "The person does not want this kind of mail."
# What belongs to no account is forgotten after this long.
KEPT = timedelta(days=90)


# --- Mail that may wait -----------------------------------------------------------------------------


@transaction.atomic
def queue_mail(*, kind: str, reference: str, to: str, user: User | None = None) -> Mail:
    """Write down that a mail is due, in the caller's transaction. Kind and reference name the one mail."""
    if find_optional(kind) and not queries.wants(user, kind):
        raise NotDue(UNWANTED)
    mail, created = Mail.objects.get_or_create(kind=kind, reference=reference, defaults={"to": to, "user": user})
    if created:
        _enqueue(mail)
    return mail


@transaction.atomic
def queue_many(*, kind: str, to: Mapping[str, User]) -> None:
    """The same for many people, each by the reference of their mail, of a kind that is necessary. Two queries."""
    rows = [Mail(kind=kind, reference=reference, to=user.email, user=user) for reference, user in to.items()]
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    for mail in Mail.objects.waiting().filter(kind=kind, reference__in=list(to)).only("pk"):
        _enqueue(mail)


def offer_mail(*, kind: str, reference: str, user: User) -> Mail | None:
    """The same for an optional kind: nothing for whoever does not want it, or whose mail comes back."""
    if user.mail_comes_back:
        return None
    try:
        return queue_mail(kind=kind, reference=reference, to=user.email, user=user)
    except NotDue:
        return None


@transaction.atomic
def queue_notice(*, message: EmailMultiAlternatives) -> Mail:
    """The same for a message that nothing else can make again. It must not hold a secret: its text is kept."""
    (html, _), *_rest = message.alternatives
    content = {"text": str(message.body), "html": str(html)}
    mail = Mail.objects.create(
        kind=NOTICE, reference=uuid4().hex, to=message.to[0], subject=message.subject[:255], content=content
    )
    _enqueue(mail)
    return mail


def _enqueue(mail: Mail) -> None:
    enqueue("accounts.mail.tasks.send_mail", mail.pk)


def send_mail(*, mail_id: int) -> bool:
    """Send a mail that is due, once. Returns whether this call sent it.

    The work is claimed by one UPDATE, so of any number of workers one sends. A worker that dies between claiming and
    sending leaves the mail to be taken over after LEASE. A failure stays on the row, and the sweep tries again.
    """
    now = timezone.now()
    mine = Mail.objects.due(now).filter(pk=mail_id)
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
        return False
    mail = Mail.objects.select_related("user").get(pk=mail_id)
    try:
        message = _compose(mail)
        mail.subject = message.subject[:255]
        message.send()
    except NotDue as why:
        _drop(mail, str(why))
        return False
    # Whatever fails may be over in a minute: the network, the mail server, the storage.
    except Exception as error:
        _keep_problem(mail, error)
        return False
    _keep_sent(mail, message)
    return True


def _compose(mail: Mail) -> EmailMultiAlternatives:
    """Whether an optional mail is wanted is decided here, too: much may change while it waits."""
    kind = KINDS[mail.kind]
    if not isinstance(kind, OptionalMail):
        return kind.compose(mail)
    if mail.user is None or not queries.wants(mail.user, mail.kind):
        raise NotDue(UNWANTED)
    message = kind.compose(mail)
    message.extra_headers |= unsubscribe_headers(mail.user, mail.kind)
    return message


def _drop(mail: Mail, why: str) -> None:
    own = Mail.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)
    own.update(status=MailStatus.DROPPED, problem=why, content=None)


def _keep_sent(mail: Mail, message: EmailMultiAlternatives) -> None:
    # The provider may have told already that it came back.
    Mail.objects.filter(pk=mail.pk).exclude(status=MailStatus.BOUNCED).update(
        status=MailStatus.SENT,
        sent_at=timezone.now(),
        subject=mail.subject,
        message_id=gateway.get_message_id(message),
        problem="",
        content=None,
    )


@transaction.atomic
def _keep_problem(mail: Mail, error: Exception) -> None:
    now = timezone.now()
    status = _status_after(error, mail.attempts)
    # A worker that took over meanwhile has counted on, and the row is its own.
    own = Mail.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)
    if not own.update(
        status=status,
        subject=mail.subject,
        problem=describe(error),
        next_try_at=now + wait_after(mail.attempts),
        bounced_at=now if status == MailStatus.BOUNCED else None,
    ):
        return
    # The log holds no address, and the error may: it stays on the row.
    logger.warning("Mail %s failed, attempt %d: %s", mail, mail.attempts, type(error).__name__)
    if status == MailStatus.BOUNCED:
        _mark_address(mail.to)
    if status != MailStatus.WAITING:
        log(mail, "accounts.give_up_mail", data={"problem": describe(error)})


def _status_after(error: Exception, attempts: int) -> MailStatus:
    if gateway.refuses_address(error):
        return MailStatus.BOUNCED
    if gateway.refuses_message(error) or attempts >= MOST_ATTEMPTS:
        return MailStatus.FAILED
    return MailStatus.WAITING


# --- Codes, which may not wait ----------------------------------------------------------------------


def send_code(*, message: EmailMultiAlternatives) -> MailStatus:
    """Send at once what expires soon. Only a failure is recorded, and never the text."""
    try:
        message.send()
    except Exception as error:
        # To the person it is all one: it did not go out. Staff see why.
        return _record_failed_code(message, error)
    return MailStatus.SENT


@transaction.atomic
def _record_failed_code(message: EmailMultiAlternatives, error: Exception) -> MailStatus:
    now = timezone.now()
    is_refused = gateway.refuses_address(error)
    mail = Mail.objects.create(
        kind=CODE,
        reference=uuid4().hex,
        to=message.to[0],
        subject=message.subject[:255],
        status=MailStatus.BOUNCED if is_refused else MailStatus.FAILED,
        attempts=1,
        problem=describe(error),
        bounced_at=now if is_refused else None,
    )
    if is_refused:
        _mark_address(mail.to)
    logger.warning("Mail %s failed: %s", mail, type(error).__name__)
    return MailStatus(mail.status)


# --- Mail that came back ----------------------------------------------------------------------------


@transaction.atomic
def record_bounce(*, message_id: str, address: str, problem: str, at: datetime) -> bool:
    """What a provider tells hours later. Returns False where it was told before."""
    mail = _find_sent(message_id, address)
    if mail.status == MailStatus.BOUNCED:
        return False
    mail.status, mail.bounced_at, mail.problem, mail.content = MailStatus.BOUNCED, at, problem[:2000], None
    mail.save()
    _mark_address(address)
    log(mail, "accounts.bounce_mail", data={"problem": problem[:2000]})
    return True


def _find_sent(message_id: str, address: str) -> Mail:
    """A code left no row when it was sent: it gets one now, for staff to see."""
    sent = Mail.objects.select_for_update().exclude(message_id="").exclude(status=MailStatus.WAITING)
    found = sent.filter(message_id=message_id, to__iexact=address).first()
    return found or Mail(kind=CODE, reference=uuid4().hex, to=address, message_id=message_id, attempts=1)


def _mark_address(address: str) -> None:
    User.objects.filter(email__iexact=address).update(bounced_email=F("email"))


def trust_address(*, user: User, email: str) -> None:
    """A code from a mail to this address was typed: mail arrives there."""
    if user.bounced_email and user.bounced_email == email.lower():
        user.bounced_email = ""
        user.save(update_fields=["bounced_email"])


@transaction.atomic
def check_address(*, user: User) -> bool:
    """Take the mark off and send a mail to try; if it comes back, the mark returns. False where none was."""
    marked = User.objects.filter(pk=user.pk, bounced_email=user.email).exclude(bounced_email="")
    if not marked.update(bounced_email=""):
        return False
    send_trial(user=user)
    return True


def send_trial(*, user: User) -> Mail:
    """A mail that says nothing but that mail arrives."""
    return queue_mail(kind=ADDRESS_CHECK, reference=uuid4().hex, to=user.email, user=user)


# --- What a person wants ----------------------------------------------------------------------------


@transaction.atomic
def choose_mail(*, user: User, kind: str, is_wanted: bool) -> bool:
    """Turn an optional kind of mail on or off. Returns False where it was so already, or is not sent any more."""
    if find_optional(kind) is None or queries.wants(user, kind) == is_wanted:
        return False
    MailPreference.objects.update_or_create(
        user=user, kind=kind, defaults={"is_wanted": is_wanted, "changed_at": timezone.now()}
    )
    return True


# --- Staff ------------------------------------------------------------------------------------------


def can_be_retried(mail: Mail) -> bool:
    """A code is asked for anew, and what left no text behind cannot be made again."""
    kind = KINDS.get(mail.kind)
    if kind is None or mail.status not in (MailStatus.BOUNCED, MailStatus.FAILED):
        return False
    return kind.can_be_made_again(mail)


@transaction.atomic
def retry_mail(*, mail_id: int, by: User) -> bool:
    """Try again what failed or came back, to the address that the account has now. False where there is no trying."""
    mail = Mail.objects.in_trouble().select_for_update(of=("self",)).select_related("user").filter(pk=mail_id).first()
    if mail is None or not can_be_retried(mail):
        return False
    _start_again(mail, by=by)
    return True


def _start_again(mail: Mail, *, by: User) -> None:
    mail.to = mail.user.email if mail.user else mail.to
    mail.status, mail.attempts, mail.next_try_at = MailStatus.WAITING, 0, timezone.now()
    mail.problem, mail.message_id, mail.bounced_at = "", "", None
    mail.save()
    log(mail, "accounts.retry_mail", user=by)
    _enqueue(mail)


@transaction.atomic
def try_address(*, user: User, by: User) -> bool:
    """Staff have a trial sent, and take the mark off where there is one. Returns whether there was."""
    log(user, "accounts.try_address", user=by)
    if check_address(user=user):
        return True
    send_trial(user=user)
    return False


def can_be_sent_again(mail: Mail) -> bool:
    """Also what arrived and was lost there, but for what nobody has to have."""
    if can_be_retried(mail):
        return True
    kind = KINDS.get(mail.kind)
    is_necessary = kind is not None and not isinstance(kind, OptionalMail)
    return bool(is_necessary and mail.status == MailStatus.SENT and kind and kind.can_be_made_again(mail))


@transaction.atomic
def send_again(*, mail_id: int, by: User) -> bool:
    """Make it anew, whatever became of it, and send it to the address that the account has now."""
    mail = Mail.objects.select_for_update(of=("self",)).select_related("user").filter(pk=mail_id).first()
    if mail is None or not can_be_sent_again(mail):
        return False
    _start_again(mail, by=by)
    return True


@transaction.atomic
def drop_waiting(*, kinds: Collection[str], references: Collection[str]) -> None:
    """What these mails would tell of is gone."""
    Mail.objects.waiting().filter(kind__in=kinds, reference__in=references).delete()


def forget_old_mails() -> int:
    """Delete what tells of nobody's account: codes, notices and what went to other addresses."""
    forgotten, _ = Mail.objects.filter(user=None, created_at__lt=timezone.now() - KEPT).delete()
    return forgotten
