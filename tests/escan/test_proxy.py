"""deploy/Caddyfile: Caddy itself, before a stand-in for gunicorn that counts whom it waits for."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests
from django.conf import settings

from tests.browser.conftest import free_port

CADDY = shutil.which("caddy", path=str(Path(sys.executable).parent))
SECOND = 1.0
PATIENCE = ["read_header 10s", "read_body 30s"]
BIG = 3_000_000


def wait_until(is_so: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


class StandIn:
    """Has as many threads as are asked of it, so that what would hold one is seen and nothing waits for another."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.port = self.server.getsockname()[1]
        self.busy = 0
        self.seen: list[tuple[str, bytes]] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.handle, args=[self.server.accept()[0]], daemon=True).start()

    def handle(self, connection: socket.socket) -> None:
        self.busy += 1
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as incoming:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += incoming.readline()
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            # Django, too, reads as much as the length says.
            self.seen.append((head.decode(), incoming.read(int(length[0][15:])) if length else b""))
            connection.sendall(self.answer)
        self.busy -= 1


@pytest.fixture
def gunicorn() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.server.close()


class Proxy(NamedTuple):
    port: int
    process: subprocess.Popen[bytes]

    def count_bytes(self) -> int:
        """Of memory."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(told.split("VmRSS:")[1].split()[0]) * 1024


@pytest.fixture
def caddy(gunicorn: StandIn, tmp_path: Path) -> Iterator[Proxy]:
    assert CADDY
    port = free_port()
    ours = {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "HTTP_PORT": str(free_port()),
        "WEB_HOST": "localhost",
        "WEB_PORT": str(gunicorn.port),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    told = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
    # As it is, but for how long a test may wait.
    for patience in PATIENCE:
        assert told.count(patience) == 1
        told = told.replace(patience, f"{patience.split()[0]} 2s")
    (tmp_path / "Caddyfile").write_text(told)
    command = [CADDY, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env=os.environ | ours, stdout=log, stderr=log)
        try:

            def is_open() -> bool:
                with socket.socket() as caller:
                    return caller.connect_ex(("127.0.0.1", port)) == 0

            assert wait_until(is_open, 10), (tmp_path / "log").read_text()
            yield Proxy(port, process)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def proxy(caddy: Proxy) -> int:
    return caddy.port


def begin(port: int, head: str, body: bytes = b"") -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", port), timeout=20)
    caller.sendall(head.replace("\n", "\r\n").encode() + body)
    return caller


def post(address: str, length: int) -> str:
    return f"POST {address} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: {length}\n\n"


def read_status(caller: socket.socket) -> int:
    return int(caller.recv(4096).split(b" ", 2)[1])


@pytest.mark.parametrize("address", ["/contact/", "/studio/snippets/courses/video/add/", "/webhooks/stripe/"])
def test_slow_bodies_hold_no_thread(gunicorn: StandIn, proxy: int, address: str) -> None:
    callers = [begin(proxy, post(address, 90_000), b"a=") for _ in range(40)]
    try:
        for _ in range(3):
            for caller in callers:
                caller.sendall(b"x")
            time.sleep(0.2)
        assert gunicorn.seen == []
        assert gunicorn.busy == 0
        began = time.monotonic()
        assert requests.get(f"http://127.0.0.1:{proxy}/", timeout=5).text == "ok"
        assert time.monotonic() - began < SECOND
    finally:
        for caller in callers:
            caller.close()


def test_form_arrives_whole_and_a_body_that_does_not_say_its_length_not_at_all(gunicorn: StandIn, proxy: int) -> None:
    """Django reads as much as the length says: without one, nothing."""
    url = f"http://127.0.0.1:{proxy}/contact/"
    assert requests.post(url, data=b"a" * 50_000, timeout=5).text == "ok"
    assert requests.post(url, timeout=5).text == "ok"
    assert requests.post(url, data=iter([b"b" * 20_000] * 2), timeout=5).status_code == 411
    assert [body for _, body in gunicorn.seen] == [b"a" * 50_000, b""]


@pytest.mark.parametrize("head", [post("/contact/", 90_000), "GET / HTTP/1.1\nHost: 127.0.0.1\n"])
def test_slow_body_and_slow_headers_are_given_up(gunicorn: StandIn, proxy: int, head: str) -> None:
    """Whoever sends a byte now and then is never idle."""
    caller = begin(proxy, head)
    began = time.monotonic()
    with pytest.raises(ConnectionError):
        while time.monotonic() - began < 10:
            caller.sendall(b"x")
            time.sleep(0.1)
    assert time.monotonic() - began > 1.5
    assert gunicorn.seen == []


def test_slow_readers_hold_no_thread(gunicorn: StandIn, proxy: int) -> None:
    gunicorn.answer = f"HTTP/1.1 200 OK\r\nContent-Length: {BIG}\r\nConnection: close\r\n\r\n".encode() + b"x" * BIG
    callers = [begin(proxy, "GET /page/ HTTP/1.1\nHost: 127.0.0.1\n\n") for _ in range(20)]
    try:
        assert wait_until(lambda: len(gunicorn.seen) == 20)
        assert wait_until(lambda: gunicorn.busy == 0)
    finally:
        for caller in callers:
            caller.close()


LIMITS = {
    "/contact/": 100_000,
    "/accounts/login/": 100_000,
    "/webhooks/stripe/": 100_000,
    "/studio/images/add/": 25_000_000,
    "/studio/snippets/courses/video/add/": 1_050_000_000,
    "/studio/packages/": 1_050_000_000,
}


@pytest.mark.parametrize(("address", "limit"), LIMITS.items())
@pytest.mark.parametrize("times", [1, 2, 10])
def test_what_is_too_long_for_its_address_is_refused_unread(
    gunicorn: StandIn, proxy: int, address: str, limit: int, times: int
) -> None:
    with begin(proxy, post(address, limit * times), b"x" * 300_000) as caller:
        assert read_status(caller) == 413
    assert gunicorn.seen == []


@pytest.mark.parametrize(("address", "limit"), list(LIMITS.items())[:4])
def test_what_is_not_too_long_arrives(gunicorn: StandIn, proxy: int, address: str, limit: int) -> None:
    assert requests.post(f"http://127.0.0.1:{proxy}{address}", data=b"x" * (limit - 1), timeout=20).text == "ok"
    assert [len(body) for _, body in gunicorn.seen] == [limit - 1]


@pytest.mark.parametrize(("address", "limit"), [*list(LIMITS.items())[:3], ("/studio/images/add/", 1_000_000)])
def test_what_is_never_finished_takes_little_memory(gunicorn: StandIn, caddy: Proxy, address: str, limit: int) -> None:
    """Of a stand-in that reads nothing, as the academy does not read what strangers send to the studio."""
    before = caddy.count_bytes()
    callers = [begin(caddy.port, post(address, limit - 1), b"x" * (limit - 10)) for _ in range(100)]
    try:
        time.sleep(1)
        assert (caddy.count_bytes() - before) / len(callers) < 400_000
    finally:
        for caller in callers:
            caller.close()


def test_stored_file_is_handed_over_by_name_and_read_in_parts(gunicorn: StandIn, proxy: int, tmp_path: Path) -> None:
    (tmp_path / "media" / "videos").mkdir(parents=True)
    (tmp_path / "media" / "videos" / "Füße 1.m4s").write_bytes(bytes(range(200)))
    gunicorn.answer = (
        b"HTTP/1.1 200 OK\r\nX-Accel-Redirect: /videos/F%C3%BC%C3%9Fe%201.m4s\r\nContent-Type: video/mp4\r\n"
        b"Cache-Control: private, max-age=604800, immutable\r\nContent-Security-Policy: sandbox\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    url = f"http://127.0.0.1:{proxy}/videos/bytes/"
    whole = requests.get(url, timeout=5)
    assert (whole.status_code, whole.content) == (200, bytes(range(200)))
    assert whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Cache-Control"] == "private, max-age=604800, immutable"
    assert whole.headers["Content-Security-Policy"] == "sandbox"
    assert "X-Accel-Redirect" not in whole.headers
    part = requests.get(url, headers={"Range": "bytes=10-19"}, timeout=5)
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/200"
    assert all("X-Sendfile-Type: X-Accel-Redirect" in head for head, _ in gunicorn.seen)
    gunicorn.answer = gunicorn.answer.replace(b"/videos/F%C3%BC%C3%9Fe%201.m4s", b"/videos/gone.m4s")
    assert requests.get(url, timeout=5).status_code == 404


def test_tile_is_sent_without_the_academy(gunicorn: StandIn, proxy: int, tmp_path: Path) -> None:
    tile = f"tiles/{'a' * 32}/11/0_12.webp"
    (tmp_path / "media" / tile).parent.mkdir(parents=True)
    (tmp_path / "media" / tile).write_bytes(b"RIFF, a tile")
    (tmp_path / "media" / "certificate.pdf").write_bytes(b"%PDF")
    sent = requests.get(f"http://127.0.0.1:{proxy}/{tile}", timeout=5)
    assert (sent.status_code, sent.content, sent.headers["Content-Type"]) == (200, b"RIFF, a tile", "image/webp")
    assert sent.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gunicorn.seen == []
    # What is not there, and what is no tile, is the academy's to answer.
    for path in (tile.replace("/11/", "/10/"), f"tiles/{'a' * 32}/", "certificate.pdf", "tiles/../certificate.pdf"):
        assert requests.get(f"http://127.0.0.1:{proxy}/{path}", timeout=5).content == b"ok"
    assert len(gunicorn.seen) == 4
