"""The row is the event: with real processes, losing all of Redis between claim and certificate loses nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.utils import timezone

from accounts.models import Mail, User
from cme.models import Certificate, CertificateStatus
from courses.models import Course
from tests.cme.conftest import ANSWERS, complete

# They share one Redis, so they run in one process.
pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("redis"),
]

PATIENCE = timedelta(seconds=90)
CLAIM = """
import django, sys
django.setup()
from decimal import Decimal
from accounts.models import Mail, User
from cme.claims.services import claim_credit
from courses.models import Course
claim_credit(
    user=User.objects.get(pk=int(sys.argv[1])), course=Course.objects.get(pk=int(sys.argv[2])),
    amount=Decimal("1.25"), is_attested=True, answers={answers!r},
)
"""


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """The academy's own settings, on the test's database, the Redis database that is named and a folder of its own."""
    database = connection.settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "escan.settings",
        "DEBUG": "1",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"postgres://{login}/{database['NAME']}",
    }


@pytest.fixture
def broker(environment) -> Iterator[redis.Redis]:
    """Emptied, as the README says."""
    server = redis.Redis.from_url(environment["REDIS_URL"])
    server.flushdb()
    yield server
    server.flushdb()


@pytest.fixture
def celery(environment, broker) -> Callable[..., subprocess.Popen[bytes]]:
    def run(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "celery", "--quiet", "-A", "escan", *arguments], env=environment)

    return run


@pytest.fixture
def worker(celery) -> Iterator[Callable[[], None]]:
    """Starts a worker with two processes when it is called."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        started.append(celery("worker", "--concurrency", "2", "--loglevel", "WARNING"))

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=20)


def claim_in_a_process(environment: dict[str, str], user: User, course: Course) -> None:
    script = CLAIM.format(answers=ANSWERS)
    subprocess.run([sys.executable, "-c", script, str(user.pk), str(course.pk)], env=environment, check=True)


def wait_until_mailed() -> Certificate:
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        if Mail.objects.filter(status="sent").exists():
            return Certificate.objects.get()
        time.sleep(0.2)
    raise AssertionError("no mail was sent")


def mails_in(environment: dict[str, str]) -> list[Path]:
    return list(Path(environment["VAR_DIR"], "mail").glob("*.eml"))


def test_they_run_in_one_process(request):
    """What shares a Redis may not run side by side: `--dist loadgroup` writes the group behind the test's name."""
    assert request.node.nodeid.endswith("@redis") or "PYTEST_XDIST_WORKER" not in os.environ


def test_only_the_redis_database_that_is_named_is_emptied(environment):
    assert environment["REDIS_URL"] == os.environ["REDIS_URL"]


def test_certificate_is_made_and_mailed_by_a_real_worker(environment, broker, worker, learner_with_access, course):
    complete(learner_with_access, course)
    worker()
    claim_in_a_process(environment, learner_with_access, course)
    assert wait_until_mailed().status == CertificateStatus.ISSUED
    assert len(mails_in(environment)) == 1


def test_emptied_redis_still_leads_to_one_certificate_and_one_mail(
    environment, broker, worker, celery, learner_with_access, course
):
    complete(learner_with_access, course)
    claim_in_a_process(environment, learner_with_access, course)
    assert broker.llen("celery") == 1
    broker.flushdb()
    worker()
    time.sleep(1)
    assert Certificate.objects.get().status == CertificateStatus.DUE
    Certificate.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    sweeps = [celery("call", "cme.certificates.tasks.sweep_certificates") for _ in range(3)]
    assert [sweep.wait(timeout=90) for sweep in sweeps] == [0, 0, 0]
    certificate = wait_until_mailed()
    wait_until_idle(broker)
    assert certificate.status == CertificateStatus.ISSUED
    assert [file.name for file in Path(environment["VAR_DIR"], "media", "certificates").iterdir()] == [
        f"{certificate.code}.pdf"
    ]
    assert len(mails_in(environment)) == 1


def wait_until_idle(broker: redis.Redis) -> None:
    """Until every message is taken and acknowledged: what was going to be sent twice would have been by then."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while broker.llen("celery") or broker.hlen("unacked"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
