from celery import shared_task

from courses.assessment.services import imports, regrades


@shared_task
def write_import(pk: int) -> None:
    imports.write_import(pk=pk)


@shared_task
def sweep_imports() -> None:
    for pk in imports.sweep_imports():
        write_import.delay(pk)


# A test that many have taken.
@shared_task(soft_time_limit=1500, time_limit=1560)
def regrade(pk: int) -> None:
    regrades.regrade(pk=pk)


@shared_task
def sweep_regrades() -> None:
    for pk in regrades.sweep_regrades():
        regrade.delay(pk)
