from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

_T = TypeVar("_T", bound=BaseLogEntry)

class BaseLogEntryManager(models.Manager[_T]): ...

class BaseLogEntry(models.Model):
    content_type = models.ForeignKey(ContentType, models.SET_NULL, null=True)
    label = models.TextField()
    action = models.CharField(max_length=255)
    data = models.JSONField(default=dict)
    timestamp = models.DateTimeField()
    uuid = models.UUIDField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True)
    revision = models.ForeignKey("wagtailcore.Revision", models.DO_NOTHING, null=True)
    content_changed = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)

    objects: ClassVar[BaseLogEntryManager[Any]]

    class Meta:
        abstract = True

    @property
    def message(self) -> str: ...

class ModelLogEntryManager(BaseLogEntryManager[ModelLogEntry]): ...

class ModelLogEntry(BaseLogEntry):
    object_id = models.CharField(max_length=255)
    objects: ClassVar[ModelLogEntryManager]
