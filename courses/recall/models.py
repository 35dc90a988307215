"""What comes back to a learner, and when. Days are those of the learner's calendar."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.assessment.models.questions import Question
from courses.recall.scheduling import Memory


class Rating(models.IntegerChoices):
    """As FSRS counts them; its fourth, “easy”, is never given (courses.recall.scheduling)."""

    AGAIN = 1, _("Not right")
    HARD = 2, _("Right, not sure")
    GOOD = 3, _("Right")


class RecallCard(models.Model):
    """A question that a learner missed or was not sure of, until it is learned well."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recall_cards")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="recall_cards")
    stability = models.FloatField(help_text=_("Days until nine of ten such memories are still there."))
    difficulty = models.FloatField(help_text=_("1 to 10."))
    rating = models.PositiveSmallIntegerField(choices=Rating.choices, help_text=_("The last one."))
    rated_on = models.DateField()
    due_on = models.DateField()
    learned_on = models.DateField(null=True, blank=True, help_text=_("Since then it rests."))
    reviews = models.PositiveIntegerField(default=0, help_text=_("How often it was answered here."))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "courses_reviewcard"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "question"], name="one_review_card_per_learner_and_question"),
            models.CheckConstraint(condition=models.Q(stability__gt=0), name="review_stability_is_positive"),
            models.CheckConstraint(
                condition=models.Q(difficulty__gte=1, difficulty__lte=10), name="review_difficulty_is_1_to_10"
            ),
            models.CheckConstraint(condition=models.Q(rating__in=Rating.values), name="review_rating_is_known"),
            models.CheckConstraint(condition=models.Q(due_on__gt=models.F("rated_on")), name="review_is_due_later"),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(learned_on=None), name="review_cards_that_come_due")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}, {self.due_on:%Y-%m-%d}"

    @property
    def memory(self) -> Memory:
        return Memory(self.stability, self.difficulty, self.rating, self.rated_on, self.due_on)


class RecallAnswer(models.Model):
    """One answer in recall, with the question as it was asked. Written once, never changed."""

    wagtail_reference_index_ignore = True

    card = models.ForeignKey(RecallCard, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveIntegerField(help_text=_("Of the card's answers, from 1."))
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    answer = models.JSONField()
    is_right = models.BooleanField()
    is_unsure = models.BooleanField()
    rating = models.PositiveSmallIntegerField(choices=Rating.choices)
    answered_on = models.DateField(help_text=_("The date where the learner was."))
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "courses_reviewanswer"
        ordering = ["-answered_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["card", "number"], name="a_review_is_answered_once")]

    def __str__(self) -> str:
        return f"{self.card}, answer {self.number}"
