"""Answers that learners give, to tests and to checks in lessons."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.assessment.models.questions import Question
from courses.writing.models import Course


class AttemptPurpose(models.TextChoices):
    POST_TEST = "post", _("Post-test")
    PRE_TEST = "pre", _("Pre-test")


class Attempt(models.Model):
    """One go at a test. Its questions, their order and the pass mark are frozen when it starts."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attempts")
    purpose = models.CharField(max_length=4, choices=AttemptPurpose.choices, default=AttemptPurpose.POST_TEST)
    passing_score = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_in_words = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Asked without pictures, of somebody who cannot read images."),
    )
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("Percent right."))

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "purpose"],
                condition=models.Q(submitted_at=None),
                name="one_open_attempt_per_learner_and_course",
            ),
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=models.Q(purpose="pre"),
                name="one_pre_test_per_learner_and_course",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at=None, score=None)
                | models.Q(submitted_at__isnull=False, score__isnull=False),
                name="attempt_is_scored_when_submitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}, {self.started_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def is_passed(self) -> bool:
        """A pre-test is never passed: it counts for nothing."""
        return not self.is_pre_test and self.score is not None and self.score >= self.passing_score

    @property
    def is_pre_test(self) -> bool:
        return self.purpose == AttemptPurpose.PRE_TEST


class AttemptQuestion(models.Model):
    """A question as it was drawn. `content` is from asking.py, `answer` as scoring.py has it."""

    wagtail_reference_index_ignore = True

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    answer = models.JSONField(null=True, blank=True)
    is_unsure = models.BooleanField(default=False, help_text=_("The learner says so of this answer."))
    is_right = models.BooleanField(
        null=True, blank=True, help_text=_("Known once the attempt is handed in; what was left open is not right.")
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    seen = models.JSONField(default=list, help_text=_("[device, number] of the newest answer that arrived from each."))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_question_per_place_in_attempt"),
            models.UniqueConstraint(fields=["attempt", "question"], name="a_question_once_per_attempt"),
            models.CheckConstraint(
                condition=models.Q(answer__isnull=False) | models.Q(is_right=None) | models.Q(is_right=False),
                name="what_was_left_open_is_not_right",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, question {self.position}"


class CheckAnswer(models.Model):
    """A learner's newest answer to a check in a lesson, with the question as it was then."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="check_answers")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    answer = models.JSONField()
    is_right = models.BooleanField()
    is_unsure = models.BooleanField(default=False, help_text=_("The learner says so of this answer."))
    times = models.PositiveIntegerField(default=1, help_text=_("How often it was answered."))
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-answered_at"]
        constraints = [models.UniqueConstraint(fields=["user", "question"], name="one_answer_per_learner_and_check")]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}"
