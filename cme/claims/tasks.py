from celery import shared_task

from cme.claims import reminders


@shared_task
def remind_of_credit() -> None:
    reminders.remind_of_credit()
