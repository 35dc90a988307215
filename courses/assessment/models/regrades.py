"""Attempts that were marked by a wrong key, and are marked again: who had it done, and what it changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.assessment.models.attempts import Attempt
from courses.assessment.models.questions import Question


class RegradeState(models.TextChoices):
    WAITING = "waiting", _("Being marked again")
    DONE = "done", _("Marked again")


class Regrade(models.Model):
    wagtail_reference_index_ignore = True

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="regrades")
    revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="+", help_text=_("Whose key is the right one.")
    )
    because = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=RegradeState.choices, default=RegradeState.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(help_text=_("Attempts to be marked again, when it was ordered."))

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(state="waiting"), name="one_regrade_of_a_question_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RegradeState.values), name="regrade_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.question}, {self.created_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        return self.state == RegradeState.WAITING


class RegradedAttempt(models.Model):
    """What a regrade changed of one attempt, with what stood there before."""

    wagtail_reference_index_ignore = True

    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regraded")
    content_before = models.JSONField(help_text=_("The question as it was asked and marked."))
    was_right = models.BooleanField(null=True)
    is_right = models.BooleanField(null=True)
    score_before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    score_after = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    completes = models.BooleanField(default=False, help_text=_("The course is completed by it."))
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["marked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["regrade", "attempt"], name="an_attempt_once_per_regrade"),
            models.CheckConstraint(
                condition=models.Q(score_before=None, score_after=None)
                | models.Q(score_after__gte=models.F("score_before")),
                name="a_regrade_takes_nothing_away",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.score_before} → {self.score_after}"
