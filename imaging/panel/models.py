"""Whether readers can tell synthetic images from real ones, and by what."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import View


class Panel(models.Model):
    """One round of images, drawn when staff open it; each reader is asked about all of them."""

    wagtail_reference_index_ignore = True

    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=models.Q(is_open=True), name="one_panel_is_open"),
            models.CheckConstraint(
                condition=models.Q(is_open=True, closed_at=None) | models.Q(is_open=False, closed_at__isnull=False),
                name="closed_panel_says_when",
            ),
        ]

    def __str__(self) -> str:
        return _("Panel %(number)s") % {"number": self.pk}


class PanelImage(models.Model):
    """One view. Where it comes from is told to no reader while the panel is open."""

    wagtail_reference_index_ignore = True

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="images")
    view = models.ForeignKey(View, on_delete=models.PROTECT, related_name="+")
    is_real = models.BooleanField(help_text=_("As its study said when the panel was opened."))

    class Meta:
        ordering = ["panel", "pk"]
        constraints = [models.UniqueConstraint(fields=["panel", "view"], name="one_image_of_a_view_per_panel")]

    def __str__(self) -> str:
        return f"{self.panel}, {self.pk}"


class PanelAnswer(models.Model):
    """What one reader said of one image; it stands as it was given."""

    wagtail_reference_index_ignore = True

    image = models.ForeignKey(PanelImage, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="panel_answers")
    says_real = models.BooleanField()
    confidence = models.PositiveSmallIntegerField(help_text=_("From 50, a guess, to 100 percent."))
    because = models.CharField(max_length=500)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["image", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["image", "user"], name="one_answer_per_image_and_reader"),
            models.CheckConstraint(
                condition=models.Q(confidence__range=(50, 100)), name="confidence_is_from_a_guess_to_certain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.image}: {self.says_real}"
