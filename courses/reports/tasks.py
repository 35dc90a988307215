from celery import shared_task

from courses.reports import services


# Of a hundred thousand learners, and all of it once a night (docs/benchmarks.md).
@shared_task(soft_time_limit=1500, time_limit=1560)
def renew_figures() -> None:
    services.renew_figures()


@shared_task(soft_time_limit=1500, time_limit=1560)
def make_figures_anew() -> None:
    services.renew_figures(anew=True)
