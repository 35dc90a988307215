from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Model

class RevisionQuerySet(models.QuerySet[Revision]):
    def for_instance(self, instance: Model) -> Self: ...

class RevisionsManager(models.Manager[Revision]):
    def for_instance(self, instance: Model) -> RevisionQuerySet: ...

class PageRevisionsManager(RevisionsManager): ...

class Revision(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    base_content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    object_str = models.TextField(default="")
    content = models.JSONField()
    approved_go_live_at = models.DateTimeField(null=True)

    objects: ClassVar[RevisionsManager]
    page_revisions: ClassVar[PageRevisionsManager]

    content_object: Any
    def as_object(self) -> Any: ...
    def is_latest_revision(self) -> bool: ...
    def publish(
        self,
        user: Model | None = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Revision | None = None,
        skip_permission_checks: bool = False,
    ) -> None: ...

class RevisionMixin(models.Model):
    latest_revision = models.ForeignKey("wagtailcore.Revision", models.SET_NULL, null=True)

    class Meta:
        abstract = True

    # A manager; but mypy takes a manager that a property returns for a descriptor.
    @property
    def revisions(self) -> RevisionQuerySet: ...
    def with_content_json(self, content: dict[str, Any]) -> Self: ...
    def get_latest_revision(self) -> Revision | None: ...
    def get_latest_revision_as_object(self) -> Self: ...
    def save_revision(
        self,
        user: Model | None = None,
        approved_go_live_at: datetime | None = None,
        changed: bool = True,
        log_action: bool | str = False,
        previous_revision: Revision | None = None,
        clean: bool = True,
        overwrite_revision: Revision | None = None,
    ) -> Revision: ...
