"""What practice knows of its readers, all of it made from first readings, and the runs that they are in."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imaging.practice.elo import Rated
from imaging.practice.skills import Memory, Skill
from imaging.reading.models import Reading, make_reading_key
from imaging.studies.models import Study

LENGTH = 10
"""Studies of a run."""


class Rating(models.IntegerChoices):
    """As FSRS counts them; its fourth, “easy”, is never given (imaging.practice.skills)."""

    AGAIN = 1, _("Not right")
    HARD = 2, _("Right, not in full")
    GOOD = 3, _("Right")


class SkillMemory(models.Model):
    """How well a reader keeps one skill; both words are empty for leaving normal studies alone."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skills")
    morphology = models.SlugField(max_length=40, blank=True)
    distribution = models.SlugField(max_length=40, blank=True)
    stability = models.FloatField(help_text=_("Days until nine of ten such memories are still there."))
    difficulty = models.FloatField(help_text=_("1 to 10."))
    rating = models.PositiveSmallIntegerField(choices=Rating.choices, help_text=_("The last one."))
    rated_on = models.DateField(help_text=_("In UTC."))
    due_on = models.DateField()
    readings = models.PositiveIntegerField(help_text=_("How many studies of this skill were read."))

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "morphology", "distribution"], name="one_memory_per_reader_and_skill"
            ),
            models.CheckConstraint(condition=models.Q(stability__gt=0), name="skill_stability_is_positive"),
            models.CheckConstraint(
                condition=models.Q(difficulty__gte=1, difficulty__lte=10), name="skill_difficulty_is_1_to_10"
            ),
            models.CheckConstraint(condition=models.Q(rating__in=Rating.values), name="skill_rating_is_known"),
            models.CheckConstraint(condition=models.Q(due_on__gt=models.F("rated_on")), name="skill_is_due_later"),
            models.CheckConstraint(condition=models.Q(readings__gt=0), name="skill_was_read"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.morphology or 'normal'}, {self.distribution}"

    @property
    def skill(self) -> Skill:
        return Skill(self.morphology, self.distribution)

    @property
    def memory(self) -> Memory:
        return Memory(self.stability, self.difficulty, self.rating, self.rated_on, self.due_on)


class ReaderLevel(models.Model):
    """How well somebody reads, in logits (imaging.practice.elo). Whoever writes a reader's skills holds this row."""

    wagtail_reference_index_ignore = True

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reading_level")
    level = models.FloatField(default=0.0)
    readings = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user}: {self.level:.2f}"

    @property
    def rated(self) -> Rated:
        return Rated(self.level, self.readings)


class StudyDifficulty(models.Model):
    """How hard a study is, in logits. A study that nobody with an account has read has no row."""

    wagtail_reference_index_ignore = True

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="difficulty")
    difficulty = models.FloatField(default=0.0)
    readings = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("study difficulties")

    def __str__(self) -> str:
        return f"{self.study}: {self.difficulty:.2f}"

    @property
    def rated(self) -> Rated:
        return Rated(self.difficulty, self.readings)


class Run(models.Model):
    """Ten studies in a row, of what a reader chose to practise."""

    wagtail_reference_index_ignore = True

    key = models.SlugField(max_length=12, unique=True, default=make_reading_key)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    aim = models.SlugField(
        max_length=40, blank=True, help_text=_("A form or a pair of look-alikes; empty: everything.")
    )
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at=None), name="one_run_of_a_reader_is_open"
            )
        ]

    def __str__(self) -> str:
        return _("Run %(key)s") % {"key": self.key}

    def get_absolute_url(self) -> str:
        return reverse("imaging:run", args=[self.key])

    @property
    def length(self) -> int:
        return LENGTH

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Step(models.Model):
    """One reading of a run."""

    wagtail_reference_index_ignore = True

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(help_text=_("From 1."))
    reading = models.OneToOneField(Reading, on_delete=models.CASCADE, related_name="step")

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_step_of_a_number_per_run"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=LENGTH), name="run_has_ten_steps"),
        ]

    def __str__(self) -> str:
        return f"{self.run}, {self.number}"
