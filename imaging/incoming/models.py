"""An image of a real case on its way in: kept privately until a person has looked at it and signed."""

from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Projection, Side, Study, StudyPurpose, View

FOLDER = "incoming"
"""Of the storage; no address leads there (imaging.incoming.studio hands out the preview alone)."""

PURPOSES = [StudyPurpose.PRACTICE, StudyPurpose.COURSE]
"""Of a real case: the cases of a test set are drawn from recipes, so that each edition is like the others."""


def name_original(image: "IncomingImage", name: str) -> str:
    """By chance: what a file was called often names the patient."""
    return f"{FOLDER}/{get_random_string(24)}.dcm"


def name_preview(image: "IncomingImage", name: str) -> str:
    return f"{FOLDER}/{get_random_string(24)}.webp"


class IncomingImage(models.Model):
    wagtail_reference_index_ignore = True

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="incoming")
    original = models.FileField(upload_to=name_original, help_text=_("Rebuilt without identifiers; never served."))
    preview = models.FileField(upload_to=name_preview)
    content = models.CharField(max_length=64, help_text=_("SHA-256 of its pixels: the same image comes in once."))
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    mm_per_pixel = models.FloatField(null=True, blank=True)
    is_scale_approximate = models.BooleanField(default=False)
    side = models.CharField(max_length=1, choices=Side.choices, blank=True)
    projection = models.CharField(max_length=4, choices=Projection.choices, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    # A name as text: what was signed stays signed when an account goes.
    signed_by = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    view = models.OneToOneField(
        View, on_delete=models.PROTECT, null=True, blank=True, help_text=_("What readers see, once it is signed.")
    )

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "content"], name="same_image_comes_in_once_per_study"),
            models.UniqueConstraint(
                fields=["study", "side", "projection"],
                condition=~models.Q(side="") & ~models.Q(projection=""),
                name="one_incoming_image_per_view",
            ),
            models.CheckConstraint(
                condition=models.Q(mm_per_pixel=None) | models.Q(mm_per_pixel__gt=0),
                name="pixels_of_an_incoming_image_have_a_size",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by="", view=None)
                | (models.Q(signed_at__isnull=False, view__isnull=False) & ~models.Q(signed_by="")),
                name="signed_image_names_who_and_its_view",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}, {self.label}"

    @property
    def label(self) -> str:
        return f"{self.side} {self.projection}".strip() or str(_("view not named"))

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_named(self) -> bool:
        """Whether its view and the size of its pixels are known."""
        return bool(self.side and self.projection and self.mm_per_pixel)
