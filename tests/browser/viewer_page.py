"""A page that holds the viewer and nothing else, with pyramids made here and a place that takes marks, or fails to."""

import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import json_script
from PIL import Image

from tests.browser.conftest import ROOT

Array = np.ndarray[Any, Any]
TILE = 256
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
POLICY = "; ".join(
    f"{name} {' '.join(map(str, sources))}" for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
WORDS = {
    "morphologies": [{"key": "amorphous", "label": "Amorphous"}, {"key": "fine_linear", "label": "Fine linear"}],
    "distributions": [{"key": "grouped", "label": "Grouped"}, {"key": "segmental", "label": "Segmental"}],
}
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Case</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="stylesheet" href="/static/css/escan.css"><link rel="stylesheet" href="/static/css/viewer.css">
<link rel="stylesheet" href="/page.css"><script src="/static/vendor/js/openseadragon.min.js" defer></script>
<script type="module" src="/static/js/viewer.js"></script></head><body><main><h1 class="vh">Case</h1>"""
STYLE = "body{background:#000}main{height:100dvh}"


def write_pyramid(pixels: Array, folder: Path, *, lossless: bool = True) -> int:
    """Deep Zoom tiles without overlap: level 0 is one pixel, each next is twice as large. Returns how many levels."""
    image = Image.fromarray(pixels)
    top = math.ceil(math.log2(max(image.size)))
    for level in range(top, -1, -1):
        for row in range(math.ceil(image.height / TILE)):
            for column in range(math.ceil(image.width / TILE)):
                left, upper = column * TILE, row * TILE
                box = (left, upper, min(left + TILE, image.width), min(upper + TILE, image.height))
                path = folder / str(level) / f"{column}_{row}.webp"
                path.parent.mkdir(parents=True, exist_ok=True)
                image.crop(box).save(path, lossless=lossless, quality=90)
        image = image.resize((math.ceil(image.width / 2), math.ceil(image.height / 2)), Image.Resampling.BOX)
    return top + 1


@dataclass
class ViewerPage:
    """What a browser is served; every answer about marks can be told to fail."""

    folder: Path
    study: dict[str, Any]
    answers: list[Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""
    more: str = ""
    """HTML below the viewer."""

    def html(self) -> str:
        study = json_script(self.study, "study")
        return f"{HEAD}{study}{render_to_string('imaging/_viewer.html')}{self.more}</main></body></html>"

    def take(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """As the academy does: one key is one mark, however often it is sent."""
        self.asked.append((method, path, body))
        if self.answers:
            return self.answers.pop(0)(body)
        if method == "DELETE":
            return (204, {}) if self.kept.pop(path.rstrip("/").rsplit("/", 1)[-1], None) else (404, {"error": "Gone."})
        known = next((key for key, mark in self.kept.items() if mark["key"] == body.get("key")), None)
        number = body.get("id") or known or f"m{len(self.asked)}"
        self.kept[number] = body | {"id": number}
        return 201, self.kept[number]


def serve(page: ViewerPage) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            if self.path.split("?")[0] == "/":
                self.answer(200, page.html().encode(), "text/html; charset=utf-8")
            elif self.path == "/page.css":
                self.answer(200, STYLE.encode(), "text/css")
            else:
                is_static = self.path.startswith("/static/")
                path = ROOT / self.path[1:] if is_static else page.folder / self.path[1:]
                found = path.is_file()
                self.answer(
                    200 if found else 404, path.read_bytes() if found else b"", TYPES.get(path.suffix, "text/plain")
                )

        def take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, content = page.take(self.command, self.path, body)
            if status == 204:
                self.send_response(204)
                self.end_headers()
            elif status:
                self.answer(status, json.dumps(content).encode(), "application/json")
            else:  # it arrived, and its answer is lost
                self.close_connection = True

        do_POST = take
        do_DELETE = take

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.url = f"http://localhost:{server.server_port}/"
    return server


def describe(view: str, pixels: Array, folder: Path, *, mm: float, **more: Any) -> dict[str, Any]:
    """The entry of a view, its pyramid written."""
    side, projection = view[0].upper(), view[1:].upper()
    rows, columns = pixels.shape
    levels = write_pyramid(pixels, folder / view, lossless=more.pop("lossless", True))
    return {
        "key": view,
        "side": side,
        "projection": projection,
        "label": f"{side} {projection}",
        "rows": rows,
        "columns": columns,
        "mmPerPixel": mm,
        "tiles": f"/{view}/",
        "tileSize": TILE,
        "levels": levels,
        **more,
    }


def describe_study(views: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "reading": "r1",
        "locked": False,
        "note": "Synthetic",
        "views": views,
        "marks": [],
        "words": WORDS,
        "truth": None,
        "addresses": {"marks": "/marks/", "page": "/"},
        **more,
    }
