"""What two requests write at once, PostgreSQL sorts out; where each waits for the other, it ends one of them."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

TRIES = 3

Answer = TypeVar("Answer")


def again_after_deadlock(call: Callable[[], Answer]) -> Answer:
    """Call it, and again where it was the one that was ended. It must do all of its work in one transaction."""
    for _ in range(TRIES - 1):
        try:
            return call()
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                raise
    return call()
