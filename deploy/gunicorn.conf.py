"""The web process. gunicorn takes PORT and WEB_CONCURRENCY (how many processes) from the environment by itself."""

import contextlib
import os
import socket
import tempfile
import time
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# A page waits for the database most of its time; four may wait in one process.
worker_class = "gthread"
threads = 4
# Seconds. Longer than the longest wait for Stripe, and shorter than the proxy's patience.
timeout = 60
# Seconds that a request under way has when the process is told to stop.
graceful_timeout = 30
# Against slow growth a process is replaced now and then, not all of them at once.
max_requests = 50_000
max_requests_jitter = 10_000
# Loaded once and shared by the processes.
preload_app = True
# The heartbeat's file: a disk that is busy or read-only must not look like a process that hangs.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True

# Seconds and bytes for the rest of a body that nobody reads.
LISTEN_ON = 1
LISTEN_TO = 20_000_000

# Where the processes count their requests together, for /metrics.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def pre_fork(server: Any, worker: Any) -> None:
    """Number the processes from 0; one that follows another takes over its number."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in range(len(taken) + 1) if number not in taken)


def post_worker_init(worker: Any) -> None:
    from escan.operations import metrics  # noqa: PLC0415 - it needs the loaded application

    metrics.slot = worker.slot


def post_request(worker: Any, request: Any, environ: dict[str, Any], response: Any) -> None:
    """Hear out whoever is still sending when the answer is complete, without keeping a byte.

    A connection that is closed on bytes that nobody took is reset, and the proxy then tells its client that nobody
    answered. gunicorn by itself takes 64 kB of them. The proxy stops sending as soon as it has the answer.
    """
    connection = environ.get("gunicorn.socket")
    if not response or not response.should_close() or not connection or not getattr(request.body.reader, "length", 0):
        return
    deadline = time.monotonic() + LISTEN_ON
    heard = 0
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while heard < LISTEN_TO and (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            if not (some := connection.recv(65_536)):
                return
            heard += len(some)
