"""Two hundred clients that take their time, each from a loopback address of its own, at the academy of a rehearsal."""

import contextlib
import select
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

HOW_MANY = 200
# Seconds between two bytes of one client.
PAUSE = 2.0
SLOW_BODIES = (
    "/contact/",
    "/accounts/login/",
    "/accounts/signup/",
    "/webhooks/stripe/",
    "/studio/snippets/courses/video/add/",
    "/studio/images/add/",
)
# Bytes that each announces, and sends at once but for the last hundred: what a form may have, and more in the studio.
FORM_LENGTH = 90_000
STUDIO_LENGTH = 950_000
REST = 100
# Bytes of a large file that are sent at once, and seconds in which its receiver must do something.
PIECE = b"x" * 100_000
PATIENCE = 20
KIND = "Content-Type: application/x-www-form-urlencoded"
FORM = f"POST {{}} HTTP/1.1\r\nHost: {{}}\r\n{KIND}\r\nContent-Length: {{}}\r\n\r\n"
# The rehearsal's own authority is looked at elsewhere.
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE


def connect(port: int, *, address: str = "127.0.0.1", buffer: int = 0) -> ssl.SSLSocket:
    """TLS to a port of this machine. `buffer` is how many bytes wait for a reader."""
    plain = socket.socket()
    if buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    plain.settimeout(20)
    plain.bind((address, 0))
    plain.connect(("127.0.0.1", port))
    return CONTEXT.wrap_socket(plain, server_hostname="localhost")


class SlowClients:
    """Half of them never finish a form, a quarter never finish their headers, a quarter never read an answer."""

    def __init__(self, url: str, large: str) -> None:
        self.host = urlsplit(url).netloc
        self.port = urlsplit(url).port or 443
        self.large = large
        self.callers: list[ssl.SSLSocket] = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.drip)

    def __enter__(self) -> "SlowClients":
        with ThreadPoolExecutor(20) as pool:
            self.callers += pool.map(self.call, range(HOW_MANY))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        for caller in self.callers:
            caller.close()

    def call(self, number: int) -> ssl.SSLSocket:
        caller = connect(self.port, address=f"127.0.1.{number + 1}", buffer=0 if number % 4 else 4096)
        # The studio answers a stranger before all of it was sent.
        with contextlib.suppress(OSError):
            caller.sendall(self.opening(number).encode())
        return caller

    def opening(self, number: int) -> str:
        if number % 2:
            address = SLOW_BODIES[number // 2 % len(SLOW_BODIES)]
            length = STUDIO_LENGTH if address.startswith("/studio/") else FORM_LENGTH
            return FORM.format(address, self.host, length) + "a=".ljust(length - REST, "x")
        if number % 4:
            return f"GET / HTTP/1.1\r\nHost: {self.host}\r\nX-Slow: "
        return f"GET {self.large} HTTP/1.1\r\nHost: {self.host}\r\n\r\n" * 20

    def drip(self) -> None:
        while not self.stopped.wait(PAUSE):
            for number, caller in enumerate(self.callers):
                if number % 4:
                    with contextlib.suppress(OSError):
                        caller.sendall(b"x")


def post_much(url: str, path: str, *, size: int, cookies: dict[str, str]) -> int:
    """The status of the answer to a large file, which may come long before the file was sent."""
    target = urlsplit(url)
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {target.netloc}",
        f"Content-Length: {size}",
        "Content-Type: multipart/form-data; boundary=here",
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}",
    ]
    part = '--here\r\nContent-Disposition: form-data; name="original"; filename="film.mp4"\r\n\r\n'
    with connect(target.port or 443) as caller:
        caller.sendall("\r\n".join([*head, "", part]).encode())
        answer = send_until_answered(caller, size)
    if not answer:
        raise ConnectionError(f"{path} closed the connection without an answer.")
    return int(answer.split(b" ", 2)[1])


def send_until_answered(caller: ssl.SSLSocket, size: int) -> bytes:
    """The beginning of the answer, read the moment that it comes: who still sends when the server closes never sees it.

    Sends and reads in turn, since one connection of TLS is not for two threads.
    """
    caller.setblocking(False)
    while True:
        readable, writable, _ = select.select([caller], [caller] if size else [], [], PATIENCE)
        if not readable and not writable:
            raise TimeoutError(f"No answer for {PATIENCE} seconds, with {size} bytes unsent.")
        # A record may hold no data, or come in parts.
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if readable:
                return caller.recv(4096)
            size -= caller.send(PIECE[:size])
