"""What experts say of a study before it is its truth."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Study


class OpinionKind(models.TextChoices):
    OPINION = "opinion", _("Opinion")
    CONSENSUS = "consensus", _("Consensus")


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def handed_in(self) -> "OpinionQuerySet":
        return self.filter(kind=OpinionKind.OPINION).exclude(handed_in_at=None)


class Opinion(models.Model):
    """One expert's own draft of a truth, or a consensus that somebody made of several. Nobody else changes it."""

    wagtail_reference_index_ignore = True

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="opinions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="opinions", null=True, blank=True
    )
    kind = models.CharField(max_length=9, choices=OpinionKind.choices, default=OpinionKind.OPINION)
    content: Any = models.JSONField(default=dict, help_text=_("A draft (imaging.truths.drafts)."))
    edits = models.PositiveIntegerField(default=0, help_text=_("How often it was saved: of two windows one is told."))
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering = ["study", "begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "author", "kind"], name="one_opinion_of_a_kind_per_expert_and_study"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=OpinionKind.values), name="kind_of_an_opinion_is_known"),
        ]

    def __str__(self) -> str:
        return _("{kind} of {author} on {study}").format(
            kind=self.get_kind_display(), author=self.author_name, study=self.study
        )

    @property
    def author_name(self) -> str:
        if self.author is None:
            return str(_("somebody who has left"))
        return str(self.author)

    @property
    def is_handed_in(self) -> bool:
        return self.handed_in_at is not None

    @property
    def is_consensus(self) -> bool:
        return self.kind == OpinionKind.CONSENSUS
