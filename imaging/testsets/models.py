"""Fixed sets of cases, read without being told until the whole set is handed in."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Study

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PERCENT = [MinValueValidator(1), MaxValueValidator(100)]


def make_attempt_key() -> str:
    return get_random_string(12, LETTERS)


class TestSet(models.Model):
    """What each edition of a set has: so many cases of these descriptors, and the rule by which it is passed."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    course = models.SlugField(
        max_length=60, blank=True, help_text=_("The slug of the course that offers it beside its post-test.")
    )
    least_sensitivity = models.PositiveSmallIntegerField(validators=PERCENT, help_text=_("To pass, in percent."))
    least_specificity = models.PositiveSmallIntegerField(validators=PERCENT, help_text=_("To pass, in percent."))
    cases: Any = models.JSONField(help_text=_("Of each case the recipe without its seed (imaging.synthesis)."))
    first_edition = models.PositiveSmallIntegerField(
        default=1, help_text=_("The first one that has these cases; attempts begin with it.")
    )

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(least_sensitivity__range=(1, 100), least_specificity__range=(1, 100)),
                name="shares_to_pass_are_percentages",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("imaging:test_set", args=[self.slug])

    @property
    def size(self) -> int:
        return len(self.cases)


class SetCase(models.Model):
    """Which study is this case in this edition. Every edition has the same descriptors and other images.

    One that was withdrawn, or in which no view shows the finding, is replaced: the row stays, for readings of it.
    """

    wagtail_reference_index_ignore = True

    test_set = models.ForeignKey(TestSet, on_delete=models.PROTECT, related_name="editions")
    edition = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="set_case")
    is_current = models.BooleanField(default=True)
    ordered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["test_set", "edition", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["test_set", "edition", "number"],
                condition=models.Q(is_current=True),
                name="one_current_study_per_case_of_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test_set}, {self.edition}.{self.number}"


class SetAttemptQuerySet(models.QuerySet["SetAttempt"]):
    def open(self) -> "SetAttemptQuerySet":
        return self.filter(handed_in_at=None)

    def handed_in(self) -> "SetAttemptQuerySet":
        return self.exclude(handed_in_at=None)


class SetAttempt(models.Model):
    """One reader's go at one edition of a set. Its rule is that of the day when it began; its result never changes."""

    wagtail_reference_index_ignore = True

    key = models.SlugField(max_length=12, unique=True, default=make_attempt_key)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="set_attempts")
    test_set = models.ForeignKey(TestSet, on_delete=models.PROTECT, related_name="attempts")
    edition = models.PositiveSmallIntegerField()
    least_sensitivity = models.PositiveSmallIntegerField()
    least_specificity = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # Counted when it is handed in: studies that are withdrawn later change no result.
    recalled = models.PositiveSmallIntegerField(default=0, help_text=_("Of the cases that warrant recall."))
    positive = models.PositiveSmallIntegerField(default=0, help_text=_("Cases that warrant recall."))
    left_alone = models.PositiveSmallIntegerField(default=0, help_text=_("Not recalled, of the others."))
    negative = models.PositiveSmallIntegerField(default=0, help_text=_("The others."))
    left_out = models.PositiveSmallIntegerField(default=0, help_text=_("Cases that count neither way."))
    is_passed = models.BooleanField(default=False)

    objects = SetAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "test_set"],
                condition=models.Q(handed_in_at=None),
                name="one_open_attempt_per_reader_and_set",
            ),
            models.CheckConstraint(
                condition=models.Q(recalled__lte=models.F("positive"), left_alone__lte=models.F("negative")),
                name="attempt_counts_no_more_than_there_are",
            ),
            models.CheckConstraint(
                condition=models.Q(is_passed=False) | models.Q(handed_in_at__isnull=False),
                name="passed_attempt_was_handed_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test_set}, {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("imaging:set_attempt", args=[self.key])

    @property
    def next_url(self) -> str:
        return reverse("imaging:set_next", args=[self.key])

    @property
    def is_handed_in(self) -> bool:
        return self.handed_in_at is not None

    @property
    def is_judged(self) -> bool:
        """Whether there were cases of either sort; without them nobody can pass or fail."""
        return self.is_handed_in and bool(self.positive and self.negative)


class SetConsent(models.Model):
    """That a reader lets teachers see their results of a set with their name; taken back, the row is gone."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="set_consents")
    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="consents")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "test_set"], name="one_consent_per_reader_and_set")]

    def __str__(self) -> str:
        return f"{self.user}, {self.test_set}"
