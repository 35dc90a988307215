"""/metrics: by its token alone, counted over all processes, and true to the database."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from accounts.models import Mail, User
from escan.operations import metrics
from tests.browser.conftest import free_port

TOKEN = "a-token-of-the-tests-alone"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings: Any, tmp_path: Path) -> None:
    settings.METRICS_TOKEN = TOKEN
    files = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    settings.CACHES = {**settings.CACHES, "default": files}


def read(text: str, metric: str) -> dict[str, float]:
    """By label set, as it stands between the braces."""
    found = re.findall(rf"^{metric}(?:\{{(.*?)\}})? ([\d.e+-]+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def scrape(client: Any) -> str:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return str(answer.content.decode())


# --- Who may read it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer "}]
)
def test_token_opens_it_and_nothing_else(client, db, given):
    answer = client.get("/metrics", headers=given)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"escan_" not in answer.content


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer "}, BEARER])
def test_without_a_token_it_is_closed(client, db, settings, given):
    settings.METRICS_TOKEN = ""
    answer = client.get("/metrics", headers=given)
    assert (answer.status_code, answer.content) == (403, b"Closed: METRICS_TOKEN is not set.\n")


def test_probes_answer_by_any_name_and_pages_do_not(client, db, settings):
    settings.ALLOWED_HOSTS = ["academy.example.org"]
    for address in ("/healthz", "/readyz", "/metrics"):
        assert client.get(address, HTTP_HOST="10.0.0.7:8000", headers=BEARER).status_code == 200
    assert client.get("/courses/", HTTP_HOST="10.0.0.7:8000").status_code == 400


# --- What it says -----------------------------------------------------------------------------------


def test_requests_are_counted_by_view_and_status(client, db):
    label = 'method="GET",status="{}",view="verify:certificate"'
    before = read(scrape(client), "escan_requests_total")
    for _ in range(3):
        client.get("/verify/AAAA-BBBB-CCCC/")
    text = scrape(client)
    after = read(text, "escan_requests_total")
    assert after[label.format(404)] - before.get(label.format(404), 0) == 3
    assert read(text, "escan_request_seconds_count")['view="verify:certificate"'] >= 3
    # No address and no code becomes a label.
    assert "AAAA" not in text


def test_address_that_nobody_has_is_one_label(client, db):
    for number in range(3):
        client.get(f"/nothing-{number}/")
    client.generic("PROPFIND", "/nothing/")
    text = scrape(client)
    assert "nothing-" not in text
    assert 'method="other",status="404",view="none"' in text


def test_page_does_not_fail_over_its_counter(client, db, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise FileNotFoundError("/tmp/metrics/counter_0.db")

    monkeypatch.setattr(metrics.requests, "labels", broken)
    assert client.get("/verify/").status_code == 200
    assert "A request was not counted" in caplog.messages


@shared_task
def work(fails: bool) -> None:
    if fails:
        raise RuntimeError("It fails")


def test_tasks_are_counted_by_name_and_result(client, db):
    name = "tests.escan.operations.test_metrics.work"
    for fails in (False, False, True):
        work.apply(args=(fails,), throw=False)
    counted = read(scrape(client), "escan_tasks_total")
    assert counted[f'state="SUCCESS",task="{name}"'] == 2
    assert counted[f'state="FAILURE",task="{name}"'] == 1


def test_what_waits_is_told_by_its_age(client, db, learner: User):
    assert read(scrape(client), "escan_due_seconds") == {
        'what="certificate"': 0,
        'what="mail"': 0,
        'what="payment event"': 0,
    }
    now = timezone.now()
    for minutes in (2, 10):
        Mail.objects.create(
            kind="notice", reference=str(minutes), to=learner.email, next_try_at=now - timedelta(minutes=minutes)
        )
    Mail.objects.create(kind="notice", reference="later", to=learner.email, next_try_at=now + timedelta(hours=1))
    Mail.objects.create(kind="notice", reference="failed", to=learner.email, status="failed")
    text = scrape(client)
    due = read(text, "escan_due_seconds")
    assert 600 <= due['what="mail"'] < 660
    assert due['what="payment event"'] == 0
    mails = read(text, "escan_mails")
    assert (mails['status="waiting"'], mails['status="failed"'], mails['status="bounced"']) == (3, 1, 0)
    assert learner.email not in text


def test_it_asks_the_database_a_fixed_number_of_times(client, db, django_assert_num_queries):
    with django_assert_num_queries(6):
        scrape(client)


# --- Several processes --------------------------------------------------------------------------------


def find_tables(folder: Path) -> str:
    """The address of a database that is migrated already: the tests' own, or where that is in memory a copy of it."""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        return f"postgres://{login}/{database['NAME']}"
    connection.ensure_connection()
    copy = folder / "academy.sqlite3"
    copy.write_bytes(connection.connection.serialize())
    return f"sqlite:///{copy}"


@pytest.fixture
def gunicorn(db: None, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Two web processes as in production."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "VAR_DIR": str(tmp_path / "var"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "METRICS_TOKEN": TOKEN,
        "TMPDIR": str(tmp_path),
        "DATABASE_URL": find_tables(tmp_path),
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "--bind",
            f"127.0.0.1:{port}",
            "escan.wsgi",
        ],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stderr=(tmp_path / "log").open("wb"),
    )
    yield f"http://127.0.0.1:{port}", process
    process.terminate()
    process.wait(20)


def fetch(url: str) -> str:
    request = urllib.request.Request(url, headers=BEARER)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            fetch(f"{url}/healthz")
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def counted(url: str) -> float:
    return read(fetch(f"{url}/metrics"), "escan_requests_total").get('method="GET",status="200",view="catalogue"', 0)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_processes_count_together_and_a_new_one_goes_on_where_an_old_one_stopped(gunicorn, tmp_path):
    url, process = gunicorn
    wait_for(url)
    for _ in range(20):
        fetch(f"{url}/courses/")
    # Whichever process answers, it tells of both.
    assert {counted(url) for _ in range(6)} == {20}

    old = children_of(process)
    os.kill(old[0], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while len(children_of(process)) < 2 or old[0] in children_of(process):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for _ in range(10):
        fetch(f"{url}/courses/")
    assert counted(url) == 30
    (folder,) = tmp_path.glob("metrics-*")
    assert len(list(folder.iterdir())) == 4
