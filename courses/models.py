from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, LockableMixin, Orderable, PreviewableMixin, Revision, RevisionMixin

from courses.blocks import INLINE, LESSON_BLOCKS
from courses.rendering import render_lesson

RESERVED_SLUGS = {"post-test"}


def validate_lesson_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is an address of the course itself. Choose another.")


def validate_choices(are_correct: Sequence[bool]) -> None:
    """A single best answer. A draft may wait for it; what is published has it."""
    if len(are_correct) < 2:
        raise ValidationError("A question needs two choices or more.")
    if sum(are_correct) != 1:
        told = "No choice is" if not any(are_correct) else f"{sum(are_correct)} choices are"
        raise ValidationError(f"{told} marked as correct. Exactly one is.")


# --- What authors write -----------------------------------------------------------------------------


class Course(DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    summary = models.CharField(max_length=300, help_text="One sentence for the catalogue and the head of the page.")
    description = RichTextField(features=["h2", *INLINE, "ol", "ul"])
    audience = models.CharField(max_length=300)
    objectives = models.TextField(help_text="One a line; each starts with a verb that can be tested.")
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="Time to complete, the post-test included."
    )
    post_test_questions = models.PositiveSmallIntegerField(
        "questions drawn", validators=[MinValueValidator(1)], default=10
    )
    passing_score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(100)], default=75, help_text="Percent."
    )
    position = models.PositiveSmallIntegerField(default=0)

    panels = [
        TitleFieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("audience"),
        FieldPanel("objectives"),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("position")]),
        MultiFieldPanel([FieldPanel("post_test_questions"), FieldPanel("passing_score")], "Post-test"),
        InlinePanel("faculty", heading="Faculty", label="Person"),
        PublishingPanel(),
    ]

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passing_score__gte=1, passing_score__lte=100), name="passing_score_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.slug])

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    @property
    def correct_to_pass(self) -> int:
        """How many of the questions drawn must be right: the passing score, rounded up."""
        return -(-self.post_test_questions * self.passing_score // 100)


class FacultyMember(Orderable):
    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="faculty")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    bio = models.TextField(blank=True)
    disclosure = models.TextField(
        help_text="Financial relationships with ineligible companies in the last 24 months, or that there are none."
    )

    panels = [FieldPanel("name"), FieldPanel("role"), FieldPanel("bio"), FieldPanel("disclosure")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.partition(",")[0].split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Module(models.Model):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    panels = [FieldPanel("course"), FieldPanel("title"), FieldPanel("position")]

    class Meta:
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "title"], name="one_module_of_a_title_per_course")]

    def __str__(self) -> str:
        return f"{self.course.title}: {self.title}"


class Lesson(PreviewableMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="lessons")
    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True, validators=[validate_lesson_slug])
    summary = models.CharField(max_length=300, blank=True, help_text="One sentence under the title.")
    minutes = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    is_preview = models.BooleanField("open to everyone", default=False, help_text="Readable without an account.")
    is_announced = models.BooleanField(
        "announced", default=False, help_text="Name it in the outline before it is published."
    )
    position = models.PositiveSmallIntegerField(default=0)
    body = StreamField(LESSON_BLOCKS, blank=True)

    panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("module"),
                FieldPanel("slug"),
                FieldRowPanel([FieldPanel("position"), FieldPanel("minutes")]),
                FieldPanel("is_preview"),
                FieldPanel("is_announced"),
            ],
            "Place in the course",
        ),
        PublishingPanel(),
    ]

    class Meta:
        ordering = ["module__course", "module__position", "position"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lesson", args=[self.module.course.slug, self.slug])

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        rendering = render_lesson(body=self.body, lesson_id=self.pk or 0)
        return render(request, "courses/lesson_preview.html", {"lesson": self, "html": rendering.html})

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes through here, so the HTML is always made with the revision."""
        with transaction.atomic():
            result = super().publish(revision, *args, **kwargs)
            rendering = render_lesson(body=revision.as_object().body, lesson_id=self.pk)
            LessonRendering.objects.update_or_create(
                revision=revision,
                defaults={"lesson_id": self.pk, "html": rendering.html, "image_ids": rendering.image_ids},
            )
        return result


class LessonRendering(models.Model):
    """A published revision's HTML, made once. Progress names the revision, so what was read stays known."""

    wagtail_reference_index_ignore = True  # the lesson itself is in it

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="lesson_rendering")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="renderings")
    html = models.TextField()
    image_ids = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.lesson} ({self.created_at:%Y-%m-%d})"


class Question(DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """A post-test question with a single best answer."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions")
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="questions", help_text="Where to read it."
    )
    key = models.SlugField(max_length=80, unique=True, help_text="A short name that stays.")
    stem = RichTextField(features=INLINE)
    references = models.TextField(blank=True, help_text="One a line.")

    class Meta:
        ordering = ["course", "key"]

    def __str__(self) -> str:
        return self.key

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes through here, so no question is drawn without its one right answer."""
        validate_choices([choice.is_correct for choice in revision.as_object().choices.all()])
        return super().publish(revision, *args, **kwargs)


class Choice(Orderable):
    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(max_length=300)
    is_correct = models.BooleanField("correct", default=False)
    rationale = models.TextField(help_text="Why it is right or wrong, in a sentence or two that teach.")

    panels = [FieldPanel("text"), FieldPanel("is_correct"), FieldPanel("rationale")]

    def __str__(self) -> str:
        return self.text


# --- What learners do -------------------------------------------------------------------------------
# Wagtail's reference index is for what authors write: these rows stay out of it.


class Enrolment(models.Model):
    """A learner has started a course; remembers where they stopped."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    last_lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, related_name="+")
    enrolled_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

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


class Attempt(models.Model):
    """One go at the post-test. Its questions, their order and the pass mark are frozen when it starts."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attempts")
    passing_score = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, help_text="Percent right.")

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=models.Q(submitted_at=None),
                name="one_open_attempt_per_learner_and_course",
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
        return self.score is not None and self.score >= self.passing_score


class AttemptQuestion(models.Model):
    """A question as it was drawn: `content` holds stem, references and the shuffled choices with their rationale."""

    wagtail_reference_index_ignore = True

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    answer = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Index of the choice, as shuffled.")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_question_per_place_in_attempt"),
            models.UniqueConstraint(fields=["attempt", "question"], name="a_question_once_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, question {self.position}"

    @property
    def is_correct(self) -> bool:
        return self.answer is not None and self.content["choices"][self.answer]["is_correct"] is True


class Completion(models.Model):
    """A learner has completed a course: a fact, written once, with what was done and on which revisions."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="completion")
    completed_at = models.DateTimeField()
    completed_on: "models.DateField[date, date]" = models.DateField(help_text="The date where the learner was.")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    lessons = models.JSONField(help_text="Each lesson's id, title and the revision that was read.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_completion_per_learner_and_course")]

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"
