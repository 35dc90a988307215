"""Views that a reader asked for while reading: that reading's alone, so nobody else sees or is scored on them."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imaging.reading.models import Reading
from imaging.studies.models import Finding, Projection, RegionFields, Side, View, name_view

MAGNIFICATIONS = {Projection.CC: Projection.MCC, Projection.MLO: Projection.MMLO}
"""By the view in which the place was pointed to: the beam comes the same way, so one view is enough to know where."""
STEP = timedelta(seconds=10)
"""A view is shown at a full step after it was asked for: how long it was in the making depends on what is in it."""


class AskedStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Cannot be made")


class AskedViewQuerySet(models.QuerySet["AskedView"]):
    def shown(self) -> "AskedViewQuerySet":
        return self.filter(status=AskedStatus.READY, shown_from__lte=timezone.now())


class AskedView(models.Model):
    """The row comes first, and a worker makes the image. Nothing of a truth is in it, nor in what decides about it."""

    wagtail_reference_index_ignore = True

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="asked")
    side = models.CharField(max_length=1, choices=Side.choices)
    projection = models.CharField(
        max_length=4, choices=[(each.value, each.label) for each in (Projection.ML, *MAGNIFICATIONS.values())]
    )
    number = models.PositiveSmallIntegerField(default=1, help_text=_("Of several that are alike."))
    x = models.FloatField(null=True, blank=True, help_text=_("Of a magnification: the place in the screening view."))
    y = models.FloatField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=7, choices=AskedStatus.choices, default=AskedStatus.WAITING)
    error = models.TextField(blank=True)
    # Whoever makes it holds the row until then; each start has a number.
    lease_until = models.DateTimeField(null=True, blank=True)
    starts = models.PositiveSmallIntegerField(default=0)
    view = models.OneToOneField(View, on_delete=models.PROTECT, related_name="asked", null=True, blank=True)
    shown_from = models.DateTimeField(null=True, blank=True)

    objects = AskedViewQuerySet.as_manager()

    class Meta:
        ordering = ["reading", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "side", "projection", "number"], name="one_asked_view_of_a_name_per_reading"
            ),
            # The other processes of a worker are for certificates, mail and studies.
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="making"), name="one_asked_view_is_made_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(projection="ML", number=1, x=None, y=None)
                | ~models.Q(projection="ML") & models.Q(x__gte=0, y__gte=0),
                name="magnification_has_a_place_and_lateral_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(status="ready", view__isnull=False, shown_from__isnull=False)
                | ~models.Q(status="ready") & models.Q(view=None, shown_from=None),
                name="asked_view_that_is_ready_has_an_image",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading}, {self.label}"

    @property
    def label(self) -> str:
        return name_view(self.side, self.projection, self.number)

    @property
    def key(self) -> str:
        """Of its view: unique in the reading."""
        return self.label.replace(" ", "").lower()

    @property
    def is_shown(self) -> bool:
        return self.shown_from is not None and self.shown_from <= timezone.now()

    @property
    def is_failed(self) -> bool:
        return self.status == AskedStatus.FAILED

    @property
    def is_under_way(self) -> bool:
        return not (self.is_failed or self.is_shown)


class AskedRegion(RegionFields):
    """Where a finding lies in an asked view; not among the finding's own regions, which are the same for everybody."""

    wagtail_reference_index_ignore = True

    asked = models.ForeignKey(AskedView, on_delete=models.CASCADE, related_name="regions")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["asked", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["asked", "finding"], name="one_region_per_finding_and_asked_view")
        ]

    def __str__(self) -> str:
        return f"{self.finding}, {self.asked.label}"

    @property
    def view(self) -> View:
        """Of one that is ready."""
        assert self.asked.view  # noqa: S101 - a region comes with its view
        return self.asked.view

    @property
    def view_id(self) -> int:
        return self.view.pk
