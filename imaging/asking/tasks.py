from celery import shared_task

from imaging.asking import services

# Seconds. A view takes five on an idle core; all of it ends before its lease does.
SOFT_LIMIT = 3 * 60
HARD_LIMIT = SOFT_LIMIT + 30


@shared_task(soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def make_next_view() -> None:
    """One after the other, each in a task of its own, so that others of this worker have their turn."""
    if services.make_next_view():
        make_next_view.delay()


@shared_task
def sweep_asked_views() -> None:
    """What waits is begun."""
    if services.release_views():
        make_next_view.delay()
