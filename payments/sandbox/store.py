import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# Of the objects' shape on disk: what an older sandbox has left is not read.
VERSION = 2
SWITCHES = ("duplicate", "reorder", "delay", "drop", "pending_refunds")


class Store:
    """Everything that the sandbox knows, in one file: a restart forgets nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.objects: dict[str, Json] = {}
        self.answers: dict[str, Json] = {}
        self.deliveries: dict[str, Json] = {}
        self.switches: dict[str, bool] = dict.fromkeys(SWITCHES, False)
        if path and path.exists():
            self.load(json.loads(path.read_text()))

    def load(self, state: Json) -> None:
        if state.get("version") != VERSION:
            return
        self.objects = state["objects"]
        self.answers = state["answers"]
        self.deliveries = state["deliveries"]
        self.switches |= state["switches"]

    @contextmanager
    def change(self) -> Iterator[None]:
        """One thing at a time, and on disk before anybody is told."""
        with self.lock:
            yield
            self.save()

    def save(self) -> None:
        if self.path is None:
            return
        names = ("objects", "answers", "deliveries", "switches")
        state = {"version": VERSION, **{name: getattr(self, name) for name in names}}
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(state))
        part.replace(self.path)

    def put(self, thing: Json) -> Json:
        self.objects[thing["id"]] = thing
        return thing

    def get(self, kind: str, object_id: str) -> Json | None:
        thing = self.objects.get(object_id)
        return thing if thing and thing["object"] == kind else None

    def newest(self, kind: str) -> list[Json]:
        with self.lock:
            return [thing for thing in reversed(self.objects.values()) if thing["object"] == kind]
