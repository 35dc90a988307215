"""What the processes write while they run: a line of JSON an event, with nothing in it about a person."""

import re
from contextvars import ContextVar
from datetime import UTC, datetime
from logging import LogRecord
from typing import Any

from celery import current_task
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a library may put into a message or a traceback. Our own code logs keys of rows and codes of errors alone.
PERSONAL = (
    # PostgreSQL quotes the row that it refused, pydantic the input.
    (r"DETAIL:.*", "DETAIL: [left out]"),
    (r"input_value=.*?(?=, input_type=|$)", "input_value=[left out]"),
    (r"[^\s@<>\"'(),;:=/\[\]]+@[\w.-]+", "[e-mail]"),
    # Of an address on the web, the query.
    (r"\?[\w%.~+-]+=[^\s\"'<>]*", "?[left out]"),
    # A certificate's code: in an address, printed, bare (cme.certificates.codes).
    (r"((?:verify|certificates)/)[^\s/?\"']+", r"\1[code]"),
    (r"\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}\b(?!-)", "[code]"),
    (r"\b(?=[0-9]*[A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{12}\b", "[code]"),
    # Addresses of the internet, version 4 and 6.
    (r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])", "[address]"),
    (r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::|[0-9a-f]{1,4})(?!\w)", "[address]"),
    (r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4})+(?!\w)", "[address]"),
    (r"\b(?:sk|rk|whsec)_\w+", "[secret]"),
)
PATTERNS = [(re.compile(pattern, re.MULTILINE), instead) for pattern, instead in PERSONAL]


def scrub(text: str) -> str:
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def context() -> dict[str, str]:
    """Which request or task it is that something happens in."""
    found = {"request_id": request_id.get()}
    if current_task:
        found |= {"task_id": current_task.request.id or "", "task": current_task.name}
    return {name: value for name, value in found.items() if value}


class Formatter(JsonFormatter):
    """Only the fields named here: a library's own may hold a whole request."""

    def add_fields(self, log_data: dict[str, Any], record: LogRecord, message_dict: dict[str, Any]) -> None:
        log_data.update(
            time=datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            level=record.levelname,
            logger=record.name,
            message=scrub(record.getMessage()),
            **context(),
            **getattr(record, "facts", {}),
        )
        if message_dict.get("exc_info"):
            log_data["exception"] = scrub(str(message_dict["exc_info"]))


def logging_config(*, level: str, is_plain: bool) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
            "json": {"()": "escan.operations.logs.Formatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if is_plain else "json"}},
        "loggers": {
            # Wagtail's own small tasks tell two lines a save.
            "django_tasks": {"level": "WARNING"},
            # gunicorn's own lines, in the same form; who asked for what is told by escan.requests.
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
            # Django's own handlers would tell it twice.
            "django": {"handlers": [], "propagate": True},
            # The development server's line of each request: at INFO, as any other.
            "django.server": {"level": level, "handlers": ["console"], "propagate": False},
            # What is not there, or not allowed, is told by the line of the request.
            "django.request": {"level": "ERROR"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
