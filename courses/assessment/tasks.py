from collections.abc import Iterable

from celery import shared_task

from courses.assessment.services import imports


@shared_task
def write_import(pk: int) -> None:
    imports.write_import(pk=pk)


@shared_task
def sweep_imports() -> None:
    start_all(imports.sweep_imports())


def start_all(keys: Iterable[int]) -> None:
    for pk in keys:
        write_import.delay(pk)
