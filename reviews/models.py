"""What is sent to review, what is said about it, and every decision, which is kept for good."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

USER = settings.AUTH_USER_MODEL


class Step(models.TextChoices):
    MEDICAL = "medical", _("Medical review")
    CME = "cme", _("CME check")


class State(models.TextChoices):
    MEDICAL = "medical", _("In medical review")
    CME = "cme", _("In the CME check")
    APPROVED = "approved", _("Approved, not live yet")
    LIVE = "live", pgettext_lazy("review", "Went live")
    CHANGES = "changes", _("Changes asked for")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FELL_BACK = "fell-back", _("Fell back")


WAITING = (State.MEDICAL, State.CME)
OPEN = (*WAITING, State.APPROVED)


class Act(models.TextChoices):
    SENT = "sent", _("Sent to review")
    LEFT_OUT = "left-out", _("Step left out")
    APPROVED = "approved", _("Approved")
    CHANGES_ASKED = "changes-asked", _("Changes asked for")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FELL_BACK = "fell-back", _("Fell back to the author")
    WENT_LIVE = "went-live", pgettext_lazy("review", "Went live")
    CORRECTED = "corrected", _("Small correction published")
    UNREVIEWED = "unreviewed", _("Published without review")
    LOADED = "loaded", _("Published from the academy's files")
    TAKEN_OFF = "taken-off", _("Taken off")
    SETTING = "setting", _("Steps changed")
    TRUTH = "truth", _("Truth of a study published")


REVIEWED = (Act.WENT_LIVE, Act.LOADED)
"""What readers have by these was approved, or is the academy's own."""


class ReviewSetting(models.Model):
    """The steps that one course, or all guides, have. Without a row they have both."""

    wagtail_reference_index_ignore = True

    scope = models.CharField(max_length=32, unique=True, help_text=_("As `reviews.registry.Scope` writes it."))
    medical = models.BooleanField(_("medical review"), default=True)
    cme = models.BooleanField(_("CME check"), default=True)
    changed_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.scope


class Submission(models.Model):
    """One revision of one row, from sending until it went live or back. A row has one that is open at most."""

    wagtail_reference_index_ignore = True

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=255)
    scope = models.CharField(max_length=32)
    scope_title = models.CharField(max_length=255, blank=True)
    revision: "models.ForeignKey[Revision | None, Revision | None]" = models.ForeignKey(
        Revision, models.SET_NULL, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, help_text=_("Of what the revision says: another is not what was sent."))
    base: "models.ForeignKey[Revision | None, Revision | None]" = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("What was approved last.")
    )
    batch = models.UUIDField(default=uuid.uuid4, help_text=_("What was sent together."))
    note = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.MEDICAL)
    obstacle = models.TextField(blank=True, help_text=_("Why it is approved and not live."))
    sent_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        permissions = [
            ("decide_medical", _("Can decide as medical reviewer")),
            ("decide_cme", _("Can decide as CME office")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(state__in=[*OPEN]),
                name="one_open_submission_per_row",
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="state_of_a_submission_is_known"),
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="submissions_of_a_row")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def step(self) -> Step | None:
        """The one that it waits for."""
        return Step(self.state) if self.is_waiting else None


class Opening(models.Model):
    """That somebody has opened a submission: several are approved at once only after that."""

    wagtail_reference_index_ignore = True

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="openings")
    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "user"], name="one_opening_per_submission")]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.user_id}"


class Comment(models.Model):
    """About a place of a row, which the next submission of the same row shows, too, until it is resolved."""

    wagtail_reference_index_ignore = True

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="comments")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    place = models.CharField(max_length=64, blank=True, help_text=_("The key of a part; empty for the whole."))
    place_label = models.CharField(max_length=120, blank=True)
    answers_to = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    text = models.TextField()
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="comments_on_a_row")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None


class Decision(models.Model):
    """Who did what, when, about which revision, with which words. Written once, and kept for good.

    The row, its revision, the submission and the account may go; what stands here in words stays.
    """

    wagtail_reference_index_ignore = True

    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=255)
    scope = models.CharField(max_length=32, blank=True)
    scope_title = models.CharField(_("belongs to"), max_length=255, blank=True)
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, blank=True, related_name="decisions")
    revision: "models.ForeignKey[Revision | None, Revision | None]" = models.ForeignKey(
        Revision, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    revision_number = models.BigIntegerField(_("version"), null=True)
    act = models.CharField(_("what was done"), max_length=13, choices=Act.choices)
    step = models.CharField(max_length=7, choices=Step.choices, blank=True)
    said = models.TextField(blank=True)
    changes: Any = models.JSONField(default=list, help_text=_("Of each place that changed what went and what came."))
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=255, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("When a reviewer looked at a correction."))
    seen_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="act_of_a_decision_is_known"),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-at"], name="decisions_on_a_row"),
            models.Index(
                fields=["at"], condition=models.Q(act="corrected", seen_at=None), name="corrections_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return gettext("{act}: {title}").format(act=self.get_act_display(), title=self.title)

    @property
    def told_changes(self) -> str:
        """In one cell of a spreadsheet: each place with what went and what came."""
        return "; ".join(_tell_change(change) for change in self.changes)


def _tell_change(change: dict[str, Any]) -> str:
    words = [f"[-{text}-]" for text in change["gone"]] + [f"{{+{text}+}}" for text in change["new"]]
    return f"{change['place']} ({change['state']}): {' '.join(words)}"
