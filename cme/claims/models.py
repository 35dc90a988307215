from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profession
from cme.activities.models import Activity, CreditType, in_quarters
from courses.models import Completion


class Evaluation(models.Model):
    """What a learner thought of an activity. It carries no name, so that reports have none to leak."""

    wagtail_reference_index_ignore = True

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="evaluations")
    answers = models.JSONField()
    submitted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.activity}, {self.submitted_at:%Y-%m-%d}"


class Claim(models.Model):
    """The credit that a learner claimed: not the maximum, and not more than they took part in."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="claims")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="claims")
    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="claim")
    credit_type = models.ForeignKey(CreditType, on_delete=models.PROTECT, related_name="claims")
    credits = models.DecimalField(max_digits=5, decimal_places=2)
    profession = models.CharField(max_length=24, choices=Profession.choices, help_text=_("At the time of the claim."))
    attestation = models.TextField(help_text=_("The words that the learner agreed to."))
    completed_on: "models.DateField[date, date]" = models.DateField(help_text=_("The date where the learner was."))
    claimed_at = models.DateTimeField(default=timezone.now)
    claimed_on: "models.DateField[date | None, date | None]" = models.DateField(
        null=True, blank=True, help_text=_("The date where the learner was; of claims before 2026-12 it is computed.")
    )

    class Meta:
        ordering = ["-claimed_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "activity"], name="one_claim_per_learner_and_activity"),
            models.CheckConstraint(condition=in_quarters("credits"), name="claimed_credits_in_quarters"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.activity}"

    @property
    def certificate(self) -> Any:
        """The one that stands; where none does, the last one. Its type is above this module."""
        return max(self.certificates.all(), key=lambda each: (each.is_standing, each.created_at, each.pk))

    @property
    def claimed_day(self) -> date:
        """The day where the learner was. Never before the completion, whatever they travelled in between."""
        return self.claimed_on or max(self.completed_on, self.claimed_at.astimezone(self.user.zone).date())
