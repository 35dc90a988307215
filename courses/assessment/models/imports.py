"""Files of questions that authors bring from other systems."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.assessment.models.questions import QuestionUse
from courses.writing.models import Course


class ImportState(models.TextChoices):
    READ = "read", _("Waits for your word")
    WAITING = "waiting", _("Being written")
    DONE = "done", _("Written, as drafts")
    FAILED = "failed", _("Nothing was written")


class QuestionImport(models.Model):
    """One file: what was understood of it, and what not, line by line. The file itself is not kept."""

    wagtail_reference_index_ignore = True

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    use = models.CharField(max_length=5, choices=QuestionUse.choices)
    form = models.CharField(max_length=10, help_text=_("Of the file, by its content: a name of the formats."))
    file_name = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=ImportState.choices, default=ImportState.READ)
    total = models.PositiveIntegerField(help_text=_("Questions that were understood."))
    questions: Any = models.JSONField(default=list, help_text=_("Each as it will be written; none once they are."))
    lines: Any = models.JSONField(default=list, help_text=_("What was not understood: number, words, name, refused."))
    made: Any = models.JSONField(default=list, help_text=_("Number and key of each question that came in."))
    starts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.file_name or f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def progress_key(self) -> str:
        """In the cache: how many are written. Nobody sees anything of a transaction before its end."""
        return f"question-import-{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state == ImportState.WAITING

    @property
    def can_be_confirmed(self) -> bool:
        return self.total > 0 and self.state in TO_CONFIRM

    @property
    def can_be_discarded(self) -> bool:
        return self.state in TO_CONFIRM


TO_CONFIRM = (ImportState.READ, ImportState.FAILED)
"""The author decides: all of it comes in, or none."""
