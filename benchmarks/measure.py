"""A child process with one academy in it, which takes orders on its input and answers each with a line of JSON.

Nothing lies between it and Django: no socket, no server. Several of these stand side by side and are asked in turn, so
that whatever else the machine does falls on all of them alike.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

import django
from django.core.wsgi import get_wsgi_application
from django.db import connection

from benchmarks.request import Request

HOST = "localhost"


def environ(request: Request) -> dict[str, Any]:
    body = request.body.encode()
    values = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": "",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        values[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return values


def ask(application: Any, request: Request) -> int:
    """Answer one request and throw the answer away; its length in bytes. Anything but 200 or 204 is an error here."""
    status: list[str] = []
    response = application(environ(request), lambda code, headers, exc_info=None: status.append(code))
    length = sum(len(part) for part in response)
    response.close()
    if not status[0].startswith(("200", "204")):
        raise SystemExit(f"{request.method} {request.path} was answered with {status[0]}")
    return length


def count_queries(application: Any, request: Request) -> int:
    connection.force_debug_cursor = True
    # Django empties its log when a request begins, so what is in it afterwards belongs to this one.
    ask(application, request)
    connection.force_debug_cursor = False
    return len(connection.queries_log)


class Academy:
    """Tells how long so many visits of a page take, how many queries one makes, or the requests themselves."""

    def __init__(self, pages: dict[str, Callable[[], Sequence[list[Request]]]]) -> None:
        self.application = get_wsgi_application()
        self.pages = pages
        self.waiting: dict[str, Iterator[list[Request]]] = {page: self.endless(page) for page in pages}

    def endless(self, page: str) -> Iterator[list[Request]]:
        while True:
            yield from self.pages[page]()

    def times(self, page: str, number: int) -> dict[str, Any]:
        wall, processor, size = [], [], 0
        for visit in islice(self.waiting[page], number):
            began, used = time.perf_counter(), time.process_time()
            size = sum(ask(self.application, request) for request in visit)
            wall.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        return {"wall": wall, "processor": processor, "bytes": size}

    def queries(self, page: str) -> int:
        return sum(count_queries(self.application, request) for request in next(self.waiting[page]))

    def requests(self, page: str, number: int) -> list[dict[str, Any]]:
        return [asdict(request) for visit in islice(self.waiting[page], number) for request in visit]


def main() -> None:
    from benchmarks.pages import pages  # noqa: PLC0415 - models want Django set up

    academy = Academy(pages(int(os.environ["BENCH_LEARNERS"])))
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        print(json.dumps(getattr(academy, method)(*arguments)), flush=True)


if __name__ == "__main__":
    django.setup()
    main()
