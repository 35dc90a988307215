"""What Prometheus reads at /metrics: counted by the web processes, by all workers together, and in the database."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from typing import Any

from celery import Task, current_app
from celery.signals import task_postrun
from django.conf import settings
from django.core.cache import cache
from django.db.models import Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from accounts.mail.queries import count_mails
from accounts.models import Mail
from cme.certificates.queries import get_held_certificates
from cme.models import Certificate
from payments.models import WebhookEvent
from payments.studio.queries import get_set_aside

logger = logging.getLogger(__name__)

# --- Requests: each web process counts its own, in a file of its own --------------------------------

# Under gunicorn the process that follows another takes over its number and file (deploy/gunicorn.conf.py).
slot = 0
if settings.METRICS_DIR:
    values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]

requests_registry = CollectorRegistry()
requests = Counter("escan_requests", "Requests answered.", ["view", "method", "status"], registry=requests_registry)
latency = Histogram(
    "escan_request_seconds",
    "Time from the first middleware to the answer.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=requests_registry,
)


def count_request(*, view: str, method: str, status: int, seconds: float) -> None:
    try:
        requests.labels(view, method, status).inc()
        latency.labels(view).observe(seconds)
    except OSError:
        # Somebody tidied up the folder of the counters; a page is not to fail over it.
        logger.warning("A request was not counted", exc_info=True)


# --- Tasks: all workers count together, in the cache ------------------------------------------------

STATES = ("SUCCESS", "FAILURE", "RETRY")


def task_key(task: str, state: str) -> str:
    return f"metrics:task:{task}:{state}"


@task_postrun.connect
def count_task(task: Task[Any, Any], state: str | None = None, **_: Any) -> None:
    key = task_key(task.name, state or "UNKNOWN")
    try:
        cache.add(key, 0, timeout=None)
        cache.incr(key)
    except (RedisError, ValueError):
        # The work is done; that it was not counted is no reason to fail it.
        logger.warning("A task was not counted", exc_info=True)


class Tasks(Collector):
    def collect(self) -> Iterator[Metric]:
        names = sorted(name for name in current_app.tasks if not name.startswith("celery."))
        keys = {task_key(*pair): pair for pair in product(names, STATES)}
        family = CounterMetricFamily(
            "escan_tasks", "Tasks run by all workers; every web process tells the same.", labels=["task", "state"]
        )
        for key, count in cache.get_many(keys).items():
            family.add_metric(keys[key], count)
        yield family


# --- Work: what the database says --------------------------------------------------------------------


def oldest_due(now: datetime) -> dict[str, datetime | None]:
    """Since when the oldest of what should have been done waits. Each is one look into an index."""
    due: dict[str, tuple[Any, str]] = {
        "certificate": (Certificate.objects.due(), "created_at"),
        "mail": (Mail.objects.due(now), "next_try_at"),
        "payment event": (
            WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING, next_try_at__lte=now),
            "next_try_at",
        ),
    }
    return {what: rows.aggregate(oldest=Min(field))["oldest"] for what, (rows, field) in due.items()}


class Work(Collector):
    def collect(self) -> Iterable[Metric]:
        now = timezone.now()
        due = GaugeMetricFamily(
            "escan_due_seconds", "How long the oldest thing that is due waits; 0: nothing waits.", labels=["what"]
        )
        for what, since in oldest_due(now).items():
            due.add_metric([what], (now - since).total_seconds() if since else 0)
        mails = GaugeMetricFamily("escan_mails", "Mails that have not arrived.", labels=["status"])
        for status, count in count_mails().items():
            mails.add_metric([status], count)
        held = GaugeMetricFamily("escan_needs_a_person", "What staff must look at in the studio.", labels=["what"])
        held.add_metric(["certificate"], get_held_certificates().count())
        held.add_metric(["payment"], get_set_aside().count())
        return [due, mails, held]


def render() -> bytes:
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Tasks())
    registry.register(Work())
    own = b"" if settings.METRICS_DIR else generate_latest(requests_registry)
    return own + generate_latest(registry)
