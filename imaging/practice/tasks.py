from celery import shared_task

from imaging.practice import services


@shared_task
def rebuild_practice() -> None:
    """What was withdrawn counts no more; may run twice."""
    services.rebuild_all()
