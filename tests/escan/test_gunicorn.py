"""deploy/gunicorn.conf.py: gunicorn itself, with the academy behind it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import free_port
from tests.escan.test_proxy import wait_until

LARGE = 15_000_000
HEAD = f"POST /studio/images/add/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {LARGE}\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "1", "escan.wsgi"),
        ],
        cwd=settings.BASE_DIR,
        env=environment,
    )
    yield port
    process.terminate()
    process.wait(20)


def call(port: int) -> socket.socket:
    deadline = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_who_is_refused_in_the_middle_of_a_large_body_hears_why(port):
    with call(port) as caller:
        caller.sendall(f"{HEAD}\r\n".encode() + b"x" * LARGE)
        assert caller.recv(4096).startswith(b"HTTP/1.1 302 ")


def test_who_stops_sending_is_not_waited_for(port):
    with call(port) as caller:
        caller.sendall(f"{HEAD}\r\n".encode() + b"x")
        caller.settimeout(10)
        with caller.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 302 ")
        # Its thread is free again, and the connection gone.
        assert wait_until(lambda: is_reset(caller), seconds=8)


def is_reset(caller: socket.socket) -> bool:
    try:
        caller.send(b"x")
    except OSError:
        return True
    return False
