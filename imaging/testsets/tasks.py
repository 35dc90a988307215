from contextlib import suppress

from celery import shared_task

from imaging.testsets import services
from imaging.testsets.errors import NoFreshCases
from imaging.testsets.models import SetAttempt
from imaging.testsets.queries import choose_edition


@shared_task
def prepare_next_edition(attempt_id: int) -> None:
    attempt = SetAttempt.objects.filter(pk=attempt_id).select_related("user", "test_set").first()
    if attempt:
        edition = choose_edition(attempt.user, attempt.test_set)
        with suppress(NoFreshCases):  # whoever begins is told so
            services.prepare_edition(test_set_id=attempt.test_set_id, edition=edition)


@shared_task
def sweep_test_sets() -> None:
    services.mend_editions()
