"""What readers do with studies. A reading is written until it is locked, and never after."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Finding, Study, Truth, View

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Category(models.TextChoices):
    """BI-RADS."""

    INCOMPLETE = "0", _("0: more images are needed")
    NEGATIVE = "1", _("1: negative")
    BENIGN = "2", _("2: benign")
    PROBABLY_BENIGN = "3", _("3: probably benign")
    LOW = "4A", _("4A: low suspicion")
    MODERATE = "4B", _("4B: moderate suspicion")
    HIGH = "4C", _("4C: high suspicion")
    HIGHLY_SUGGESTIVE = "5", _("5: highly suggestive of malignancy")


def make_reading_key() -> str:
    """An address that says nothing of its study."""
    return get_random_string(12, LETTERS)


def make_mark_key() -> str:
    return get_random_string(8, LETTERS)


class ReadingQuerySet(models.QuerySet["Reading"]):
    def locked(self) -> "ReadingQuerySet":
        return self.exclude(locked_at=None)

    def told(self) -> "ReadingQuerySet":
        """Of those whose reader may know the truth: in a test set only once all of it is handed in."""
        return self.locked().filter(models.Q(attempt=None) | models.Q(attempt__handed_in_at__isnull=False))

    def counted(self) -> "ReadingQuerySet":
        """What figures are made of: first readings, of studies that were not withdrawn, and told."""
        return self.told().filter(is_first=True, study__withdrawn_at=None)


class Reading(models.Model):
    """One reader's reading of one study. A stranger's has no user: its key is in their session."""

    wagtail_reference_index_ignore = True

    key = models.SlugField(max_length=12, unique=True, default=make_reading_key)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings", null=True, blank=True
    )
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="readings")
    started_at = models.DateTimeField(default=timezone.now)
    category = models.CharField(max_length=2, choices=Category.choices, blank=True)
    recall = models.BooleanField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    truth = models.ForeignKey(Truth, on_delete=models.PROTECT, related_name="readings", null=True, blank=True)
    is_first = models.BooleanField(default=False, help_text=_("Of this study by this reader; known once it is locked."))
    attempt = models.ForeignKey(
        "imaging.SetAttempt",
        on_delete=models.CASCADE,
        related_name="readings",
        null=True,
        blank=True,
        help_text=_("At a test set, that it belongs to; then nothing is told before all of it is handed in."),
    )

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(locked_at=None, truth=None, is_first=False)
                | (
                    models.Q(locked_at__isnull=False, truth__isnull=False, recall__isnull=False)
                    & ~models.Q(category="")
                ),
                name="locked_reading_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=["", *Category.values]), name="category_of_a_reading_is_known"
            ),
            models.UniqueConstraint(
                fields=["user", "study"],
                condition=models.Q(is_first=True),
                name="one_first_reading_per_reader_and_study",
            ),
            models.UniqueConstraint(fields=["attempt", "study"], name="one_reading_per_attempt_and_study"),
        ]
        indexes = [models.Index(fields=["user", "locked_at"], name="readings_of_a_reader")]

    def __str__(self) -> str:
        return _("Reading %(key)s") % {"key": self.key}

    def get_absolute_url(self) -> str:
        return reverse("imaging:reading", args=[self.key])

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_told(self) -> bool:
        """Whether its reader may know the truth."""
        return self.is_locked and (self.attempt is None or self.attempt.is_handed_in)

    @property
    def is_recall_right(self) -> bool:
        """Of a locked one."""
        return self.truth is not None and self.recall == self.truth.recall

    @property
    def is_answered(self) -> bool:
        """Whether it may be locked."""
        return bool(self.category) and self.recall is not None


class Mark(models.Model):
    """One place that a reader pointed to, or described: then it is the middle of what the words mean."""

    wagtail_reference_index_ignore = True

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="marks")
    key = models.SlugField(
        max_length=32, default=make_mark_key, help_text=_("The viewer gives it, so that what is sent twice is one.")
    )
    view = models.ForeignKey(View, on_delete=models.PROTECT, related_name="+")
    x = models.FloatField(help_text=_("In image pixels, as y."))
    y = models.FloatField()
    place = models.SlugField(max_length=20, blank=True, help_text=_("Only of one that was described in words."))
    depth = models.SlugField(max_length=10, blank=True)
    confidence = models.PositiveSmallIntegerField(help_text=_("How sure that it warrants recall, in percent."))
    morphology = models.SlugField(max_length=40, blank=True)
    distribution = models.SlugField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    finding = models.ForeignKey(
        Finding,
        on_delete=models.PROTECT,
        related_name="marks",
        null=True,
        blank=True,
        help_text=_("What it hit; known once the reading is locked."),
    )

    class Meta:
        ordering = ["reading", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reading", "key"], name="one_mark_of_a_key_per_reading"),
            models.UniqueConstraint(fields=["reading", "view", "x", "y"], name="one_mark_at_a_place"),
            models.CheckConstraint(condition=models.Q(x__gte=0, y__gte=0), name="mark_is_inside_of_its_view"),
            models.CheckConstraint(condition=models.Q(confidence__lte=100), name="confidence_is_a_percentage"),
            models.CheckConstraint(
                condition=models.Q(place="", depth="") | ~models.Q(place="") & ~models.Q(depth=""),
                name="described_mark_has_place_and_depth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading}, {self.view.label} {self.x:.0f}, {self.y:.0f}"
