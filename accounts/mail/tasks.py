from celery import shared_task
from django.utils import timezone

from accounts.mail import queries, services


@shared_task
def send_mail(mail_id: int) -> None:
    services.send_mail(mail_id=mail_id)


@shared_task
def sweep_mails() -> None:
    """Find what a lost message, a crash or a failure left behind."""
    for mail_id in queries.get_overdue_mail_ids(timezone.now()):
        send_mail.delay(mail_id)


@shared_task
def forget_old_mails() -> None:
    services.forget_old_mails()
