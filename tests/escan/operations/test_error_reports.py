"""Errors are told to a service of the operator's choice: what and where, and nothing about a person."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.escan.test_settings import run

# A page fails over somebody's data, a task over another's, and both are told.
FAIL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "escan.settings"
import django
django.setup()
from celery import shared_task
from django.test import RequestFactory
import sentry_sdk
import escan.pages.courses as courses

def broken():
    name = "Olga Lindqvist"
    raise ValueError(f"no row for olga@example.org from 198.51.100.77 with {len(name)} letters")

courses.get_catalogue_and_awards = broken
from escan.wsgi import application
environ = RequestFactory(REMOTE_ADDR="198.51.100.77", HTTP_HOST="localhost").get(
    "/courses/?email=olga@example.org", headers={
        "Cookie": "remembered=secret", "User-Agent": "Browser of Olga", "X-Request-ID": "request-of-the-test",
        "Referer": "https://private.example.org"}).environ
answered = []
list(application(environ, lambda status, headers, exc_info=None: answered.append(status)))
assert answered == ["500 Internal Server Error"], answered

@shared_task
def fail(name):
    raise RuntimeError("certificate ABCD-EFGH-JKMN")

fail.apply(args=["Olga Lindqvist"], task_id="task-of-the-test")
sentry_sdk.flush(10)
"""
# No word of hexadecimal digits alone: it would stand in an identifier by chance.
PERSONAL = ("olga", "lindqvist", "198.51.100.77", "secret", "ABCD-EFGH", "private.example")


@pytest.fixture
def service() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP server that takes envelopes as Sentry does."""
    events: list[dict[str, Any]] = []

    class Envelopes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            text = gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body
            events.extend(json.loads(line) for line in text.splitlines())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Envelopes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://publickey@127.0.0.1:{server.server_port}/1", events
    server.shutdown()


def test_errors_are_told_without_anything_personal(tmp_path: Path, service: Any) -> None:
    dsn, sent = service
    failed = run(
        tmp_path,
        {"DEBUG": "1", "SENTRY_DSN": dsn, "SECRET_KEY": "k" * 20 + "-secret-of-fifty-characters-or-more-1"},
        "-c",
        FAIL,
    )
    assert failed.returncode == 0, failed.stderr
    page, task = [item for item in sent if "exception" in item]

    (error,) = page["exception"]["values"]
    assert (error["type"], error["value"]) == ("ValueError", "no row for [e-mail] from [address] with 14 letters")
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    assert page["request"] == {"method": "GET", "url": "http://localhost/courses/"}
    assert page["tags"]["request_id"] == "request-of-the-test"
    assert page["transaction"] == "/courses/"

    (error,) = task["exception"]["values"]
    assert (error["type"], error["value"]) == ("RuntimeError", "certificate [code]")
    assert task["tags"] == {"task_id": "task-of-the-test", "task": "escan.fail"}

    for event in (page, task):
        # The script itself is on the command line and nobody's data; a file of the academy shows its lines.
        frames = event["exception"]["values"][0].pop("stacktrace")["frames"]
        assert not any("vars" in frame for frame in frames)
        assert [word for word in PERSONAL if word.lower() in json.dumps(event).lower()] == []
        assert not {"user", "breadcrumbs", "extra"} & set(event)


def test_nothing_is_told_without_an_address(tmp_path: Path) -> None:
    code = "import escan.settings, sys; print('sentry_sdk' in sys.modules)"
    assert run(tmp_path, {"DEBUG": "1"}, "-c", code).stdout == "False\n"
