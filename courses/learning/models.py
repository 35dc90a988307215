"""What learners do."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.assessment.models.attempts import Attempt
from courses.videos.models import Video
from courses.writing.models import Course, Lesson

# Wagtail's reference index is for what authors write: these rows stay out of it.


class Enrolment(models.Model):
    """A learner has started a course; remembers where they stopped."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    last_lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, related_name="+")
    enrolled_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    lessons_completed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When every required lesson was completed for the first time.")
    )
    percent_reached = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text=_("Of the required lessons, when one was completed. Lessons that come later take nothing away."),
    )

    class Meta:
        ordering = ["-last_seen_at"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_enrolment_per_learner_and_course")]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"


class LessonProgress(models.Model):
    """How far a learner is in a lesson. `block` is the id of the block that was last at the top of the screen."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="progress")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=36, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="one_progress_per_learner_and_lesson")]

    def __str__(self) -> str:
        return f"{self.user}: {self.lesson}"


class WatchClock(models.Model):
    """The wall clock of one learner: what is earned in any video spends it, three seconds of video a second at most."""

    wagtail_reference_index_ignore = True

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="watch_clock"
    )
    spent_until = models.DateTimeField(help_text=_("The server's time up to which it is spent."))
    version = models.PositiveBigIntegerField(help_text=_("One more with every change of it or of what was watched."))

    def __str__(self) -> str:
        return f"{self.user}: {self.spent_until:%Y-%m-%d %H:%M:%S}"


class WatchedTime(models.Model):
    """Which seconds of a video a learner has watched: a bit each, set once and never taken back."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched_times")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="watched_times")
    bits = models.BinaryField()
    watched = models.PositiveIntegerField(help_text=_("How many seconds: the bits that are set."))
    position = models.PositiveIntegerField(default=0, help_text=_("The second where the learner stopped."))
    batches = models.JSONField(default=list, help_text=_("The ids of the reports that were merged last."))
    started_at = models.DateTimeField(default=timezone.now, help_text=_("By the server's clock."))
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "video"], name="one_watched_time_per_learner_and_video")]

    def __str__(self) -> str:
        return f"{self.user}: {self.video}, {self.watched} s"


class Completion(models.Model):
    """A learner has completed a course: a fact, written once, with what was done and on which revisions."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="completion")
    completed_at = models.DateTimeField()
    completed_on: "models.DateField[date, date]" = models.DateField(help_text=_("The date where the learner was."))
    score = models.DecimalField(max_digits=5, decimal_places=2)
    lessons = models.JSONField(help_text=_("Each lesson's id, title and the revision that was read."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_completion_per_learner_and_course")]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"
