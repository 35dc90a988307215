"""The studio's log, for acts on many rows at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from wagtail.models import ModelLogEntry


def log_many(rows: Sequence[Model], action: str, *, user: Any, data: Mapping[str, Any] | None = None) -> None:
    """What `wagtail.log_actions.log` writes for one row, for rows of one model. One query. `user` may be None."""
    if not rows:
        return
    now, kind = timezone.now(), ContentType.objects.get_for_model(rows[0])
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            label=str(row)[:255],
            action=action,
            timestamp=now,
            user=user,
            data=dict(data or {}),
            object_id=str(row.pk),
            content_changed=False,
            deleted=False,
        )
        for row in rows
    )
