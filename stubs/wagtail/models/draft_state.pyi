from django.db import models
from django.db.models import Model
from wagtail.models.revisions import Revision

class DraftStateMixin(models.Model):
    live = models.BooleanField(default=True)
    has_unpublished_changes = models.BooleanField(default=False)
    first_published_at = models.DateTimeField(null=True)
    last_published_at = models.DateTimeField(null=True)
    live_revision = models.ForeignKey("wagtailcore.Revision", models.SET_NULL, null=True)
    go_live_at = models.DateTimeField(null=True)
    expire_at = models.DateTimeField(null=True)
    expired = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def approved_schedule(self) -> bool: ...
    def publish(
        self,
        revision: Revision,
        user: Model | None = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Revision | None = None,
        skip_permission_checks: bool = False,
    ) -> None: ...
    def unpublish(
        self, set_expired: bool = False, commit: bool = True, user: Model | None = None, log_action: bool | str = True
    ) -> None: ...
