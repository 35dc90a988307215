"""What must stay: rows that something else stands on."""

from collections.abc import Callable
from typing import Any

from django.db import router
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError

KEPT_BY: dict[type[Model], Callable[[Any], bool]] = {}
"""What no foreign key says: of a model, whether something that must stay names this row of it. Apps fill it."""


def is_kept(row: Model) -> bool:
    """Whether something that must stay stands on this row."""
    is_named = KEPT_BY.get(type(row))
    if is_named is not None and is_named(row):
        return True
    try:
        Collector(using=router.db_for_write(type(row))).collect([row])
    except ProtectedError:
        return True
    return False
