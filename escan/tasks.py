import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import shared_task
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import DraftStateMixin, Revision

from accounts.addresses.services import forget_old_changes
from accounts.sessions.services import forget_ended_sessions
from courses.assessment.services.imports import forget_imports
from escan import leaving, services
from escan.packages.services import forget_packages
from imaging.asking.services import forget_views
from imaging.reading.services import forget_readings_of_strangers

logger = logging.getLogger(__name__)


@shared_task
def publish_scheduled() -> None:
    """Publish, and take off, what authors scheduled in the studio.

    As Wagtail's command of this name, which stops at the first that fails and so holds back all others.
    """
    now = timezone.now()
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin):
            expired: QuerySet[Any] = model._default_manager.filter(live=True, expire_at__lt=now)
            for row in expired.order_by("expire_at"):
                take_off = partial(row.unpublish, set_expired=True, log_action="wagtail.unpublish.scheduled")
                _try(take_off, f"{model._meta.label} {row.pk}")
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        publish = partial(revision.publish, log_action="wagtail.publish.scheduled")
        _try(publish, f"revision {revision.pk}")


def _try(act: Callable[[], object], what: str) -> None:
    try:
        with transaction.atomic():
            act()
    except Exception:
        logger.exception("The schedule failed for %s", what)


@shared_task
def forget_what_is_over() -> None:
    """Once a night, what the page on privacy says is deleted."""
    services.forget_old_messages()
    services.forget_sessions_of_the_gone()
    forget_old_changes()
    forget_readings_of_strangers()
    leaving.sweep_latecomers()
    forget_views()
    forget_imports()
    forget_packages()
    call_command("clearsessions")
    forget_ended_sessions()
