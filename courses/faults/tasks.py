from celery import shared_task

from courses.faults import services


# A file in an object storage takes a question over the network.
@shared_task(soft_time_limit=1500, time_limit=1560)
def look_at_what_is_live() -> None:
    services.look_at_what_is_live()


@shared_task(soft_time_limit=600, time_limit=660)
def look_again() -> None:
    services.look_again()
