from celery import shared_task

from courses.recall import reminders


@shared_task
def remind_of_recall() -> None:
    reminders.remind_of_recall()
