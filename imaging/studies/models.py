"""Studies and what is true of them. Nothing here of a truth may reach a reader before the lock."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class StudySource(models.TextChoices):
    SYNTHETIC = "synthetic", _("Synthetic")
    REAL = "real", _("Real case")


class Proof(models.TextChoices):
    """How it is known what is true of a real case."""

    PATHOLOGY = "pathology", _("Pathology, or benign without callback")
    FOLLOW_UP = "follow-up", _("Follow-up")
    CONSENSUS = "consensus", _("Agreement of readers")


class StudyStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Cannot be made")
    DRAFT = "draft", _("Not signed yet")
    """Of a real one, until a person has looked at each image (imaging.incoming)."""


class StudyKind(models.TextChoices):
    """Of a synthetic study by its descriptors alone: malignant or benign is never claimed of it."""

    SUSPICIOUS = "suspicious", _("Suspicious")
    BENIGN = "benign", _("Typically benign")
    NORMAL = "normal", _("Normal")


class StudyPurpose(models.TextChoices):
    """Each study serves one: what was seen in a lesson or a test set would not be a first reading in practice."""

    PRACTICE = "practice", _("Practice")
    COURSE = "course", _("Courses")
    TEST_SET = "test-set", _("Test sets")


def _has_truth() -> models.Exists:
    return models.Exists(Truth.objects.filter(study=models.OuterRef("pk"), is_current=True))


class StudyQuerySet(models.QuerySet["Study"]):
    def readable(self) -> "StudyQuerySet":
        """Made or signed, not withdrawn, and with a truth to be told after the lock."""
        return self.drawable().filter(_has_truth())

    def lacking_a_truth(self) -> "StudyQuerySet":
        """Of images that are there: what is still to be made brings its truth along."""
        return self.filter(~_has_truth(), status__in=(StudyStatus.READY, StudyStatus.DRAFT))

    def drawable(self) -> "StudyQuerySet":
        """Experts may say what is true of it."""
        return self.filter(status=StudyStatus.READY, withdrawn_at=None)

    def synthetic(self) -> "StudyQuerySet":
        return self.filter(source=StudySource.SYNTHETIC)

    def for_practice(self) -> "StudyQuerySet":
        return self.readable().filter(purpose=StudyPurpose.PRACTICE)


class Study(models.Model):
    """The images of one breast examination. Of a synthetic one the row comes first, and a worker makes the images from
    its recipe; a real one comes in by the studio or by a command (imaging.incoming).
    """

    wagtail_reference_index_ignore = True

    source = models.CharField(max_length=9, choices=StudySource.choices, default=StudySource.SYNTHETIC)
    purpose = models.CharField(
        max_length=8, choices=StudyPurpose.choices, default=StudyPurpose.PRACTICE, db_default=StudyPurpose.PRACTICE
    )
    seed = models.PositiveBigIntegerField(unique=True, null=True, blank=True)
    recipe: Any = models.JSONField(
        null=True, blank=True, help_text=_("What the generator makes the images from; a real one has none.")
    )
    origin = models.CharField(
        max_length=80,
        unique=True,
        null=True,
        blank=True,
        help_text=_("What a real case is called where it comes from. Readers are never told."),
    )
    licence = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text=_("By which a real case is shown.")
    )
    attribution = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text=_("Shown with a real case, wherever it is.")
    )
    proof = models.CharField(max_length=9, choices=Proof.choices, blank=True, default="", db_default="")
    status = models.CharField(max_length=7, choices=StudyStatus.choices, default=StudyStatus.WAITING)
    is_open = models.BooleanField(default=False, help_text=_("Whether everybody may read it, without an account."))
    error = models.TextField(blank=True)
    # Whoever makes it holds the row until then; each start has a number.
    lease_until = models.DateTimeField(null=True, blank=True)
    starts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _("studies")
        constraints = [
            # The other processes of a worker are for certificates, mail and videos.
            models.UniqueConstraint(
                fields=["status"], condition=models.Q(status="making"), name="one_study_is_made_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ready") | models.Q(made_at__isnull=False), name="ready_study_was_made"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_because="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because=""),
                name="withdrawn_study_says_why",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(source="synthetic", seed__isnull=False, recipe__isnull=False, origin=None)
                    & models.Q(licence="", attribution="", proof="")
                    & ~models.Q(status="draft")
                )
                | (
                    models.Q(source="real", seed=None, recipe__isnull=True, status__in=["draft", "ready"])
                    & ~models.Q(licence="")
                    & ~models.Q(attribution="")
                    & models.Q(proof__in=Proof.values)
                ),
                name="synthetic_study_has_a_recipe_real_one_rights",
            ),
        ]

    def __str__(self) -> str:
        return _("Study %(number)s") % {"number": self.pk}

    @property
    def is_real(self) -> bool:
        return self.source == StudySource.REAL

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Side(models.TextChoices):
    RIGHT = "R", _("Right")
    LEFT = "L", _("Left")


class Projection(models.TextChoices):
    """The codes that are written on mammograms: M before a projection is a magnification."""

    CC = "CC", _("CC")
    MLO = "MLO", _("MLO")
    ML = "ML", _("True lateral")
    MCC = "MCC", _("Magnification, CC")
    MMLO = "MMLO", _("Magnification, MLO")


SCREENING = (Projection.CC, Projection.MLO)
"""What every study has, of both sides."""


class Prior(models.Model):
    """An earlier examination of the same breasts, to compare with. It is looked at, and never marked."""

    wagtail_reference_index_ignore = True

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="priors")
    years = models.PositiveSmallIntegerField(help_text=_("Before the study."))

    class Meta:
        ordering = ["study", "years"]
        constraints = [models.UniqueConstraint(fields=["study", "years"], name="one_prior_of_an_age_per_study")]

    def __str__(self) -> str:
        return f"{self.study}, {self.when}"

    @property
    def when(self) -> str:
        said = ngettext("Prior, %(years)d year earlier", "Prior, %(years)d years earlier", self.years)
        return said % {"years": self.years}


class View(models.Model):
    """One image. Places in it are in image pixels, from the upper left corner.

    It has a study where it is one of its screening views, and a prior where it is one of those. Any other is a
    reader's, who asked for it (imaging.asking). So whoever goes through the views of a study meets no other.
    """

    wagtail_reference_index_ignore = True

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="views", null=True, blank=True)
    prior = models.ForeignKey(Prior, on_delete=models.CASCADE, related_name="views", null=True, blank=True)
    key = models.SlugField(max_length=8)
    side = models.CharField(max_length=1, choices=Side.choices)
    projection = models.CharField(max_length=4, choices=Projection.choices)
    number = models.PositiveSmallIntegerField(default=1, db_default=1, help_text=_("Of several that are alike."))
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    mm_per_pixel = models.FloatField()
    is_scale_approximate = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Whether the size of a pixel is an assumption, as of films that were digitized."),
    )
    tiles = models.CharField(max_length=64, help_text=_("The folder of its tiles in the storage, by their content."))
    levels = models.PositiveSmallIntegerField(help_text=_("Of Deep Zoom: the last one is the image itself."))
    outline = models.JSONField(help_text=_("Where the breast lies: nipple, top, bottom and chest wall, in pixels."))

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="one_view_of_a_key_per_study"),
            models.UniqueConstraint(fields=["prior", "key"], name="one_view_of_a_key_per_prior"),
            models.CheckConstraint(
                condition=models.Q(study=None) | models.Q(prior=None), name="view_is_of_today_or_of_a_prior"
            ),
            models.CheckConstraint(condition=models.Q(mm_per_pixel__gt=0), name="pixels_of_a_view_have_a_size"),
        ]

    def __str__(self) -> str:
        return f"{self.study}, {self.label}" if self.study else self.label

    @property
    def label(self) -> str:
        return name_view(self.side, self.projection, self.number)


def name_view(side: str, projection: str, number: int = 1) -> str:
    return f"{side} {projection} {number}" if number > 1 else f"{side} {projection}"


class TruthOrigin(models.TextChoices):
    OPINION = "opinion", _("One opinion")
    CONSENSUS = "consensus", _("Consensus")


class Truth(models.Model):
    """What is true of a study, as one version of it. A version never changes: old readings stay explainable."""

    wagtail_reference_index_ignore = True

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="truths")
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    kind = models.CharField(max_length=10, choices=StudyKind.choices)
    recall = models.BooleanField(help_text=_("Whether what is seen warrants recall."))
    categories: Any = models.JSONField(help_text=_("Each acceptable category, with the reason."))
    made_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    because = models.CharField(max_length=300, blank=True, default="", db_default="")
    origin = models.CharField(
        max_length=9,
        choices=TruthOrigin.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty for what came with the images."),
    )

    class Meta:
        ordering = ["study", "version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version=1) | models.Q(version__gt=1) & ~models.Q(because=""),
                name="correction_of_a_truth_says_why",
            ),
            models.UniqueConstraint(fields=["study", "version"], name="one_truth_of_a_version_per_study"),
            models.UniqueConstraint(
                fields=["study"], condition=models.Q(is_current=True), name="one_current_truth_per_study"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="suspicious", recall=True)
                | models.Q(kind__in=["benign", "normal"], recall=False),
                name="what_is_suspicious_warrants_recall",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}, {self.version}"


class Pathology(models.TextChoices):
    MALIGNANT = "malignant", _("Malignant")
    BENIGN = "benign", _("Benign")


class Finding(models.Model):
    """Something to be seen in a study, in the words of the lexicon (imaging.evidence)."""

    wagtail_reference_index_ignore = True

    truth = models.ForeignKey(Truth, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=1, choices=Side.choices)
    morphology = models.SlugField(max_length=40)
    distribution = models.SlugField(max_length=40, blank=True)
    warrants_recall = models.BooleanField()
    pathology = models.CharField(
        max_length=9,
        choices=Pathology.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of a real case alone; empty where unknown."),
    )
    reason = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text=_("An expert's, for the reader; empty where the generator made it."),
    )
    next_time = models.TextField(blank=True, default="", db_default="", help_text=_("What to look for next time."))

    class Meta:
        ordering = ["truth", "number"]
        constraints = [
            models.UniqueConstraint(fields=["truth", "number"], name="one_finding_of_a_number_per_truth"),
            models.CheckConstraint(
                condition=models.Q(pathology__in=["", *Pathology.values]), name="pathology_of_a_finding_is_known"
            ),
            # What is proven malignant is never called a finding that may be left.
            models.CheckConstraint(
                condition=~models.Q(pathology="malignant", warrants_recall=False),
                name="malignant_finding_warrants_recall",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.truth}: {self.morphology}, {self.distribution}"


class RegionFields(models.Model):
    """Where a finding lies in an image, and how well it is seen there."""

    polygon: Any = models.JSONField(help_text=_("[x, y] in image pixels."))
    extent_mm = models.FloatField()
    visibility = models.FloatField(
        null=True, blank=True, help_text=_("Contrast to noise along the particles; unknown where a person drew it.")
    )
    is_visible = models.BooleanField()

    class Meta:
        abstract = True


class Region(RegionFields):
    """Of one of the study's screening views."""

    wagtail_reference_index_ignore = True

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="regions")
    view = models.ForeignKey(View, on_delete=models.PROTECT, related_name="regions")

    class Meta:
        ordering = ["finding", "view"]
        constraints = [models.UniqueConstraint(fields=["finding", "view"], name="one_region_per_finding_and_view")]

    def __str__(self) -> str:
        return f"{self.finding}, {self.view.label}"
