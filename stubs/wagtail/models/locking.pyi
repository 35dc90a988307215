from django.conf import settings
from django.db import models
from wagtail.locks import BaseLock

class LockableMixin(models.Model):
    locked = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        abstract = True

    def get_lock(self) -> BaseLock | None: ...
