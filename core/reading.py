"""For work that promises to leave no trace in the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


class WriteRefused(Exception):
    """A statement that would have written. Whoever sees it has found a fault of ours."""


@contextmanager
def only_reading() -> Iterator[None]:
    """Until it ends, every statement that does more than read raises WriteRefused before it reaches the database."""
    with connection.execute_wrapper(_refuse_writes):
        yield


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    begins = sql.lstrip().upper()
    if not begins.startswith(READS) or " FOR UPDATE" in begins or " FOR NO KEY UPDATE" in begins:
        raise WriteRefused(sql[:80])
    return execute(sql, params, many, context)
