from celery import shared_task

from imaging.studies import services

# Seconds. A study takes ten on an idle core; all of it ends before its lease does.
SOFT_LIMIT = 8 * 60
HARD_LIMIT = SOFT_LIMIT + 60


@shared_task(soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def make_next_study() -> None:
    """One after the other, each in a task of its own, so that others of this worker have their turn."""
    if services.make_next_study():
        make_next_study.delay()


@shared_task
def order_on_demand(morphology: str, distribution: str) -> None:
    """Where a reader has read all that there is of these words; without words, more of everything."""
    services.order_on_demand(morphology=morphology, distribution=distribution)


@shared_task
def sweep_studies() -> None:
    """What is lacking is ordered, and what waits is begun."""
    services.order_missing()
    if services.release_studies():
        make_next_study.delay()
