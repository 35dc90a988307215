from celery import shared_task

from courses.reports import services


@shared_task
def renew_figures() -> None:
    services.renew_figures()


@shared_task
def make_figures_anew() -> None:
    services.renew_figures(anew=True)
