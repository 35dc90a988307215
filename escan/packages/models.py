from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PackageState(models.TextChoices):
    CHECKING = "checking", _("Being looked at")
    READ = "read", _("Waits for your word")
    WAITING = "waiting", _("Coming in")
    DONE = "done", _("Came in")
    REFUSED = "refused", _("Refused: nothing came in")
    FAILED = "failed", _("Nothing came in")


class PackageImport(models.Model):
    """One package that somebody brought: what it would change, and what became of it. The file goes when it is over."""

    wagtail_reference_index_ignore = True

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=100, blank=True, help_text=_("In the storage; none once it is over."))
    state = models.CharField(max_length=8, choices=PackageState.choices, default=PackageState.CHECKING)
    slug = models.SlugField(blank=True, help_text=_("The course that it becomes; empty for that of the package."))
    publish = models.BooleanField(default=False)
    academy = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=120, blank=True)
    holds = models.CharField(max_length=9, blank=True)
    report: Any = models.JSONField(
        default=dict, help_text=_("What it changes, thing by thing; and what it cannot bring.")
    )
    digest = models.CharField(max_length=64, blank=True, help_text=_("Of the course here when it was looked at."))
    total = models.PositiveIntegerField(default=0, help_text=_("Steps of coming in."))
    made: Any = models.JSONField(default=dict, help_text=_("The version that it made of each thing."))
    waits: Any = models.JSONField(default=list, help_text=_("What could not be published, a sentence for each."))
    starts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=PackageState.values), name="package_import_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or self.slug or str(self.pk)

    @property
    def progress_key(self) -> str:
        """In the cache: how many steps are done. Nobody sees anything of a transaction before its end."""
        return f"package-import-{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def can_be_confirmed(self) -> bool:
        return self.state in TO_CONFIRM and bool(self.report) and not self.report.get("obstacles")

    @property
    def can_be_discarded(self) -> bool:
        return self.state in (*TO_CONFIRM, PackageState.REFUSED)


UNDER_WAY = (PackageState.CHECKING, PackageState.WAITING)
TO_CONFIRM = (PackageState.READ, PackageState.FAILED)
OVER = (PackageState.DONE, PackageState.REFUSED)
