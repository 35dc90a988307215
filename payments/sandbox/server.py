"""One small HTTP server: Stripe's API under /v1/, and pages for people."""

import base64
import json
import logging
import re
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from payments.safety import LIVE_KEYS, is_loopback
from payments.sandbox import api, pages
from payments.sandbox.acts import Sandbox
from payments.sandbox.errors import ApiError
from payments.sandbox.rendering import STYLE, Page, not_here, refusal

logger = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000  # bytes


class Refusal(Exception):
    """The sandbox does not start: it would be reachable, or money could be meant."""


def check_is_harmless(host: str, api_key: str) -> None:
    if api_key.startswith(LIVE_KEYS):
        raise Refusal("A live key is set. The sandbox never runs beside real money.")
    if not is_loopback(host):
        raise Refusal(f"{host} is not a loopback address. The sandbox is for this machine alone.")


def make_server(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 8001) -> ThreadingHTTPServer:
    check_is_harmless(host, "")
    return ThreadingHTTPServer((host, port), partial(Handler, sandbox))


class Handler(BaseHTTPRequestHandler):
    def __init__(self, sandbox: Sandbox, *args: Any) -> None:
        self.sandbox = sandbox
        super().__init__(*args)

    def do_GET(self) -> None:
        self.respond(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"Too large.\n", "text/plain")
            return
        self.respond(self.rfile.read(length).decode("utf-8", "replace"))

    def respond(self, form: str) -> None:
        host = self.headers.get("Host", "")
        path = urlsplit(self.path).path
        # A page elsewhere on the web may not talk to this one by a name that it points here.
        if not is_loopback(urlsplit(f"//{host}").hostname or ""):
            self.send(HTTPStatus.FORBIDDEN, b"This machine only.\n", "text/plain")
        elif path.startswith("/v1/"):
            self.respond_api(path, form, f"http://{host}")
        elif path == "/sandbox.css":
            self.send(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
        else:
            self.respond_page(path, form)

    def respond_api(self, path: str, form: str, origin: str) -> None:
        problem = self.refuse_key()
        if problem:
            status, body = problem.status, problem.body
        else:
            key = self.headers.get("Idempotency-Key", "")
            status, body = api.answer(self.sandbox, method=self.command, path=path, form=form, key=key, origin=origin)
        self.send(status, json.dumps(body).encode(), "application/json")

    def refuse_key(self) -> ApiError | None:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            token = base64.b64decode(token + "==").decode("utf-8", "replace").partition(":")[0]
        if token.startswith(LIVE_KEYS):
            return ApiError("A live key has no place in the sandbox.", status=401)
        if not token.startswith(("sk_test", "rk_test")):
            return ApiError("You did not provide a test API key.", status=401)
        return None

    def respond_page(self, path: str, form: str) -> None:
        try:
            status, body = self.find_page(path, form)
        except ApiError as error:
            status, body = refusal(error)
        if status == HTTPStatus.SEE_OTHER:
            self.send(status, b"", "text/plain", body)
        else:
            self.send(status, body.encode(), "text/html; charset=utf-8")

    def find_page(self, path: str, form: str) -> Page:
        for pattern, page in pages.ROUTES:
            match = re.fullmatch(pattern, f"{self.command} {path}")
            if match:
                return page(self.sandbox, dict(parse_qsl(form)), *match.groups())
        return not_here()

    def send(self, status: int, body: bytes, content_type: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if content_type.startswith("text/html"):
            self.send_header("Content-Security-Policy", pages.policy(self.sandbox))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        logger.debug(format, *args)
