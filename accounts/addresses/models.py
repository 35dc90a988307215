from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long the old address can undo a change.
UNDONE_WITHIN = timedelta(days=7)


class AddressChange(models.Model):
    """That an account moved to another e-mail address, for as long as the old one can undo it."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes")
    old = models.EmailField(_("old address"))
    new = models.EmailField(_("new address"))
    changed_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"Change of address {self.pk}"

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.changed_at + UNDONE_WITHIN
