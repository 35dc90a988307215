"""What authors schedule goes out, one by one."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from celery.fixups.django import DjangoWorkerFixup  # type: ignore[attr-defined]  # its stubs leave it out
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.models import Lesson
from escan.celery import app
from escan.tasks import forget_what_is_over, publish_scheduled
from tests.course_fixtures import blocks


@pytest.fixture
def due(course):
    """A revision of each lesson, due by now; the first of them first."""
    moment = timezone.now() - timedelta(minutes=2)
    revisions = []
    for number, lesson in enumerate(Lesson.objects.filter(live=True).order_by("pk")):
        lesson.go_live_at = moment + timedelta(seconds=number)
        lesson.body = blocks(lesson.slug, ("text", f"<p>Due {lesson.slug}.</p>"))
        revision = lesson.save_revision()
        revision.approved_go_live_at = lesson.go_live_at
        revision.save(update_fields=["approved_go_live_at"])
        revisions.append(revision)
    return revisions


def test_one_failure_holds_back_no_other(due, monkeypatch, caplog):
    first, second = due
    publish = Lesson.publish

    def fail_for_the_first(self, revision, *args, **kwargs):
        if revision.pk == first.pk:
            raise ValidationError("This one cannot be made.")
        return publish(self, revision, *args, **kwargs)

    monkeypatch.setattr(Lesson, "publish", fail_for_the_first)
    publish_scheduled()
    live = set(Lesson.objects.filter(live=True).values_list("live_revision_id", flat=True))
    assert second.pk in live
    assert first.pk not in live
    assert [record.getMessage() for record in caplog.records if record.name == "escan.tasks"] == [
        f"The schedule failed for revision {first.pk}"
    ]
    first.refresh_from_db()
    assert first.approved_go_live_at is not None
    acts = ModelLogEntry.objects.filter(action="wagtail.publish.scheduled")
    assert [str(act.object_id) for act in acts] == [str(second.object_id)]


def test_what_has_expired_is_taken_off(course):
    Lesson.objects.filter(slug="first-look").update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled()
    lesson = Lesson.objects.get(slug="first-look")
    assert (lesson.live, lesson.expired) == (False, True)
    assert Lesson.objects.get(slug="second-look").live is True


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_and_takes_a_new_one_when_it_broke():
    """Celery's own way is a new connection for each task (escan/celery.py)."""
    fixup = DjangoWorkerFixup(app)

    def run_task() -> int:
        fixup.on_task_prerun(sender=forget_what_is_over)
        task_prerun.send(sender=forget_what_is_over)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        task_postrun.send(sender=forget_what_is_over)
        fixup.on_task_postrun(sender=forget_what_is_over)
        return int(pid)

    kept = run_task()
    assert run_task() == kept
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        server.execute("SELECT pg_terminate_backend(%s)", [kept])
    assert run_task() not in (kept, 0)


def test_worker_finds_every_module_of_tasks():
    """A process of its own: here other tests have imported them all."""
    found = subprocess.run(
        [sys.executable, "-c", TASKS_OF_A_WORKER], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    known = set(json.loads(found.stdout))
    assert {due["task"] for due in settings.CELERY_BEAT_SCHEDULE.values()} <= known
    modules = {".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts) for path in find_modules_of_tasks()}
    assert modules and modules <= {name.rpartition(".")[0] for name in known}


TASKS_OF_A_WORKER = """
import json
from escan.celery import app
app.loader.import_default_modules()
print(json.dumps(sorted(app.tasks)))
"""


def find_modules_of_tasks():
    return [
        path
        for root in ("accounts", "cme", "courses", "escan", "guides", "imaging", "payments")
        for path in (settings.BASE_DIR / root).rglob("tasks.py")
    ]
