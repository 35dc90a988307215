from celery import shared_task

from escan.packages import services
from escan.packages.models import PackageState


# Videos take a while to read.
@shared_task(soft_time_limit=1500, time_limit=1560)
def check_package(pk: int) -> None:
    services.check_package(pk=pk)


@shared_task(soft_time_limit=1500, time_limit=1560)
def bring_package_in(pk: int) -> None:
    services.bring_package_in(pk=pk)


@shared_task
def sweep_packages() -> None:
    for state, pk in services.sweep_packages():
        (check_package if state == PackageState.CHECKING else bring_package_in).delay(pk)
