"""What must stay: rows that something else stands on."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import router
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError

KEPT_BY: defaultdict[type[Model], list[Callable[[Any], bool]]] = defaultdict(list)
"""What no foreign key says: of a model, whether something that must stay names this row of it. Apps fill it."""


def is_kept(row: Model) -> bool:
    """Whether something that must stay stands on this row."""
    if any(is_named(row) for is_named in KEPT_BY.get(type(row), ())):
        return True
    try:
        Collector(using=router.db_for_write(type(row))).collect([row])
    except ProtectedError:
        return True
    return False
