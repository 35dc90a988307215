"""Rates, processor time and memory of real web processes under load; certificates through a real worker."""

import http.client
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from benchmarks.academy import Academy, free_port
from benchmarks.processes import family, megabytes, processor_seconds
from benchmarks.request import Request

SECONDS = 5
# Beside other work an answer may wait this long and is still one; how many there are tells that it waited.
PATIENCE = 10
PAIRS = 400
FIRST_CERTIFICATES, CERTIFICATES = 20, 1_500
LEARNERS = 2 * (FIRST_CERTIFICATES + CERTIFICATES)
"""The least: half of them have credit from the beginning (benchmarks/seed.py), and certificates are made for others."""
SCRIPT = """
local requests, at = {}, 0
function init()
  local file = io.open("%s", "rb")
  while true do
    local length = file:read(8)
    if not length then break end
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
end
function request() at = at + 1; return requests[(at - 1) %% #requests + 1] end
"""


def rate(address: str, requests: list[Request]) -> float:
    """Answers a second, over eight connections."""
    if not shutil.which("wrk"):
        raise SystemExit("make bench needs the load generator wrk (Debian: apt install wrk).")
    with tempfile.TemporaryDirectory() as folder:
        kept, script = Path(folder, "requests"), Path(folder, "script.lua")
        with kept.open("wb") as file:
            for request in requests:
                raw_bytes = request.raw().encode()
                file.write(b"%08d" % len(raw_bytes) + raw_bytes)
        script.write_text(SCRIPT % kept)
        command = [
            "wrk",
            "-t1",
            "-c8",
            f"-d{SECONDS}s",
            f"--timeout={PATIENCE}s",
            "--latency",
            "-s",
            str(script),
            f"http://{address}/",
        ]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"Some answers were errors:\n{told}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])


def processor_time_of_reading(
    academy: Academy, address: str, web: int, opened: list[Request], saved: list[Request]
) -> float:
    """Milliseconds of processor time, of web and database together, for opening a lesson and saving progress in it."""
    host, port = address.split(":")
    connection = http.client.HTTPConnection(host, int(port))
    before = 0.0
    for number in range(-20, PAIRS):
        if number == 0:
            before = processor_seconds(family(web) + backends(academy))
        for request in (opened[number % len(opened)], saved[number % len(saved)]):
            connection.request(request.method, request.path, request.body, {"Host": "localhost", **request.headers})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in {200, 204}:
                raise SystemExit(f"{request.path} was answered with {answer.status}")
    used = processor_seconds(family(web) + backends(academy)) - before
    connection.close()
    return 1000 * used / PAIRS


def backends(academy: Academy) -> list[int]:
    """The database server's processes that serve this academy."""
    with psycopg.connect(academy.environment["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return [pid for (pid,) in rows if Path(f"/proc/{pid}/stat").exists()]


def memory(pid: int) -> dict[str, float]:
    """Of a process and its children, in megabytes."""
    sizes = [megabytes(each) for each in family(pid)]
    return {"each": max(sizes), "all": sum(sizes)}


@contextmanager
def mail_sink() -> Iterator[int]:
    """A mail server that takes every message."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificates(academy: Academy) -> dict[str, Any]:
    """Make, keep and mail so many through a real worker with two processes."""
    with mail_sink() as port:
        academy.mail_port = port
        worker = academy.start("celery", "-A", "escan", "worker", "--concurrency=2", "--loglevel=INFO")
        try:
            academy.python("-m", "benchmarks.orders", str(FIRST_CERTIFICATES))
            finished(academy)
            began = float(academy.python("-m", "benchmarks.orders", str(CERTIFICATES)))
            finished(academy)
            seconds = time.monotonic() - began
            return {"per_minute": 60 * CERTIFICATES / seconds, "number": CERTIFICATES, "memory": memory(worker.pid)}
        finally:
            worker.terminate()
            worker.wait()


LEFT = (
    "SELECT EXISTS (SELECT FROM cme_certificate WHERE status = 'due')"
    " OR EXISTS (SELECT FROM accounts_mail WHERE status = 'waiting')"
)


def finished(academy: Academy) -> None:
    """Wait until no certificate is due and no mail waits."""
    with psycopg.connect(academy.environment["DATABASE_URL"], autocommit=True) as connection:
        while True:
            left = connection.execute(LEFT).fetchone()
            if left == (False,):
                return
            time.sleep(0.5)
