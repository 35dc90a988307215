from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.images import get_image_model_string
from wagtail.models import LockableMixin, Orderable, PreviewableMixin, RevisionMixin

from core.publishing import PublishableMixin
from courses.assessment.asking import describe, freeze
from courses.assessment.kinds import DEFAULT, KINDS
from courses.writing.blocks import INLINE
from courses.writing.models import Course, Lesson

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class QuestionUse(models.TextChoices):
    TEST = "test", gettext_lazy("Post-test and pre-test")
    CHECK = "check", gettext_lazy("Check in a lesson")
    WORDS = "words", gettext_lazy("In words, in place of another question")


class Objective(models.Model):
    """An objective as its questions know it: made from the course's lines when the course is published."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="objective_rows")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["course", "position"]

    def __str__(self) -> str:
        return f"{self.course.title}, {self.position}: {self.text}"


class Question(PreviewableMixin, PublishableMixin, LockableMixin, RevisionMixin, ClusterableModel):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions")
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="questions", help_text=_("Where to read it.")
    )
    objective = models.ForeignKey(
        Objective,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        help_text=_("A test takes its questions evenly from the objectives."),
    )
    key = models.SlugField(max_length=80, unique=True, help_text=_("A short name that stays."))
    kind = models.CharField(max_length=8, choices=[(kind.name, kind.label) for kind in KINDS.values()], default=DEFAULT)
    use = models.CharField(
        max_length=5,
        choices=QuestionUse.choices,
        default=QuestionUse.TEST,
        help_text=_("A check is explained at once, so no test asks it."),
    )
    stem = RichTextField(features=INLINE)
    value = models.DecimalField(
        _("right value"), max_digits=16, decimal_places=6, null=True, blank=True, help_text=_("Of a number.")
    )
    tolerance = models.DecimalField(
        max_digits=16,
        decimal_places=6,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("How far from the right value an answer may be, in the same unit."),
    )
    unit = models.CharField(max_length=24, blank=True, help_text=_("Shown behind the field, such as mm or percent."))
    image = models.ForeignKey(
        get_image_model_string(), models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    image_alt = models.CharField(
        _("what the picture shows"),
        max_length=300,
        blank=True,
        help_text=_("For people who cannot see the picture. Say what kind of picture it is, and not what is right."),
    )
    image_facts = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of a picture that was made from a list: where its findings are, and millimeters per pixel."),
    )
    fresh_pictures: Any = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        help_text=_("Others of the same skill, which recall shows in turn: of each image, facts and regions."),
    )
    stands_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="in_words",
        help_text=_("The question with a picture that this one replaces for who cannot read images."),
    )
    rationale = models.TextField(
        blank=True, help_text=_("Why this is the answer. A choice has its own; of a number or a place it stands here.")
    )
    references = models.TextField(blank=True, help_text=_("One a line."))

    class Meta:
        ordering = ["course", "key"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="question_kind_is_known"),
            models.CheckConstraint(condition=models.Q(use__in=QuestionUse.values), name="question_use_is_known"),
            models.CheckConstraint(condition=models.Q(tolerance__gte=0), name="tolerance_is_a_distance"),
            models.CheckConstraint(
                condition=models.Q(use=QuestionUse.WORDS, stands_for__isnull=False)
                | (~models.Q(use=QuestionUse.WORDS) & models.Q(stands_for=None)),
                name="what_is_in_words_stands_for_a_question",
            ),
            models.UniqueConstraint(fields=["stands_for"], name="one_question_in_words_for_each"),
        ]

    def __str__(self) -> str:
        return self.key

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        content = freeze(self, Random(0))  # noqa: S311 - an order of choices
        context = {
            "question": self,
            "asked": describe(content, None, is_told=False),
            "told": describe(content, None, is_told=True),
        }
        return render(request, "courses/assessment/question_preview.html", context)


class Choice(Orderable):
    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(max_length=300)
    is_correct = models.BooleanField(_("correct"), default=False)
    rationale = models.TextField(help_text=_("Why it is right or wrong, in a sentence or two that teach."))

    panels = [FieldPanel("text"), FieldPanel("is_correct"), FieldPanel("rationale")]

    def __str__(self) -> str:
        return self.text


def _percent(name: "_StrOrPromise", least: str) -> "models.DecimalField[Any, Any]":
    limits = [MinValueValidator(Decimal(least)), MaxValueValidator(100)]
    return models.DecimalField(name, max_digits=5, decimal_places=2, validators=limits)


class Region(Orderable):
    """An ellipse that is right: centre and half axes in percent of the picture, from its top left."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="regions")
    x = _percent(_("center across, %"), "0")
    y = _percent(_("center down, %"), "0")
    rx = _percent(_("half its width, %"), "0.5")
    ry = _percent(_("half its height, %"), "0.5")

    panels = [FieldRowPanel([FieldPanel("x"), FieldPanel("y"), FieldPanel("rx"), FieldPanel("ry")])]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=100, y__gte=0, y__lte=100, rx__gt=0, rx__lte=100, ry__gt=0)
                & models.Q(ry__lte=100),
                name="region_is_within_the_picture",
            )
        ]

    def __str__(self) -> str:
        return f"{self.x} %, {self.y} %"
