import os
from typing import Any

from celery import Celery, Task
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "escan.settings")

app = Celery("escan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Features that have tasks of their own.
app.autodiscover_tasks(
    [
        "accounts.mail",
        "cme.certificates",
        "cme.claims",
        "courses.assessment",
        "courses.faults",
        "courses.recall",
        "escan.packages",
        "courses.reports",
        "courses.videos",
        "imaging.asking",
        "imaging.practice",
        "imaging.studies",
        "imaging.testsets",
    ]
)


@task_prerun.connect
@task_postrun.connect
def look_after_connections(sender: "Task[..., Any]", **_: Any) -> None:
    """A worker keeps its connection to the database from task to task, as a web process does from request to request.

    Celery's own way is a new one for each task (CELERY_DB_REUSE_MAX). What broke, or is old, is replaced here.
    """
    if not sender.request.is_eager:
        close_old_connections()
