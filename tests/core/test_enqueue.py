import re
from pathlib import Path

import pytest
from celery import Task
from django.utils.module_loading import import_string

from core.enqueue import enqueue
from escan.celery import app

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "cme", "core", "courses", "escan", "guides", "imaging", "payments", "reviews"]
SOURCES = [path for name in APPS for path in sorted((ROOT / name).rglob("*.py"))]
NAMED = sorted({name for path in SOURCES for name in re.findall(r'enqueue\(\s*"([\w.]+)"', path.read_text())})
CALLED: list[object] = []


class Called:
    @staticmethod
    def delay(*args: object) -> None:
        CALLED.append(args)


@pytest.fixture(autouse=True)
def nothing_called():
    CALLED.clear()


def test_enqueue_waits_for_the_commit(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(f"{__name__}.Called", 1, "two")
        assert CALLED == []
    assert CALLED == [(1, "two")]


def test_enqueue_survives_a_broker_that_is_away(db, monkeypatch, django_capture_on_commit_callbacks):
    def fail(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Called, "delay", fail)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        enqueue(f"{__name__}.Called")
    assert len(callbacks) == 1


@pytest.mark.parametrize("name", NAMED)
def test_what_services_enqueue_is_a_task(name):
    assert isinstance(import_string(name), Task)


def test_some_service_enqueues():
    assert len(NAMED) >= 5


def test_the_worker_knows_every_task():
    """A module of tasks in a feature is found only where escan/celery.py names the feature."""
    app.loader.import_default_modules()
    modules = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in SOURCES if path.stem == "tasks"
    }
    assert {app.tasks[name].__module__ for name in app.tasks if not name.startswith("celery.")} >= modules
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
