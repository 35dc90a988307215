"""What is kept of somebody's readings. Truth is told as there: after the lock, of a set once it is handed in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from imaging.panel.models import PanelAnswer
from imaging.practice.models import ReaderLevel, Run, SkillMemory
from imaging.reading.models import Mark, Reading
from imaging.testsets.models import SetAttempt, SetConsent


@register
class Readings(OwnData):
    file = "readings.json"
    order = 25
    keys = {
        "readings": _(
            "studies that you read in the reading room: their addresses, when, your category and recall, your marks in "
            "pixels of the image, and the additional views that you asked for; once you were told, also what warranted "
            "recall and which marks were on a finding"
        ),
        "skills": _("what practice has learned of each kind of finding: how well you keep it, and when it comes back"),
        "level": _("how well you read, in logits, and from how many studies; 0 is where everybody begins"),
        "runs": _("your runs of ten studies: when, of what, and which of your readings are in each"),
    }

    def gather(self, user: User) -> dict[str, Any]:
        """Nine queries, and two less without a run."""
        readings = Reading.objects.filter(user=user).select_related("truth", "attempt").order_by("started_at", "pk")
        return {
            "readings": [_describe_reading(each) for each in readings.prefetch_related("marks__view", "asked")],
            "skills": list(SkillMemory.objects.filter(user=user).values(*SKILL_FIELDS)),
            "level": list(ReaderLevel.objects.filter(user=user).values("level", "readings")),
            "runs": [_describe_run(each) for each in Run.objects.filter(user=user).prefetch_related("steps__reading")],
        }


SKILL_FIELDS = (
    "morphology", "distribution", "stability", "difficulty", "rating", "rated_on", "due_on", "readings",
)  # fmt: skip


def _describe_run(run: Run) -> dict[str, Any]:
    return {
        "aim": run.aim,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "readings": [step.reading.key for step in run.steps.all()],
    }


def _describe_reading(reading: Reading) -> dict[str, Any]:
    said = {
        "key": reading.key,
        "started_at": reading.started_at,
        "locked_at": reading.locked_at,
        "category": reading.category,
        "recall": reading.recall,
        "marks": [_describe_mark(mark, is_told=reading.is_told) for mark in reading.marks.all()],
        "additional_views": [{"view": each.label, "asked_at": each.asked_at} for each in reading.asked.all()],
    }
    if reading.truth is None or not reading.is_told:
        return said
    return {**said, "is_first": reading.is_first, "warranted_recall": reading.truth.recall}


def _describe_mark(mark: Mark, *, is_told: bool) -> dict[str, Any]:
    said = {
        "view": mark.view.label,
        "x": mark.x,
        "y": mark.y,
        "place": mark.place,
        "depth": mark.depth,
        "confidence": mark.confidence,
        "morphology": mark.morphology,
        "distribution": mark.distribution,
        "made_at": mark.made_at,
    }
    return {**said, "is_on_a_finding": mark.finding_id is not None} if is_told else said


@register
class TestSets(OwnData):
    file = "test-sets.json"
    order = 26
    keys = {
        "attempts": _("attempts at test sets: when, the rule, and once handed in the counts and whether you passed"),
        "consents": _("test sets whose results you let teachers see with your name, and since when"),
    }

    def gather(self, user: User) -> dict[str, Any]:
        """Two queries."""
        attempts = SetAttempt.objects.filter(user=user).select_related("test_set").order_by("started_at", "pk")
        consents = SetConsent.objects.filter(user=user).select_related("test_set").order_by("given_at", "pk")
        return {
            "attempts": [_describe_attempt(attempt) for attempt in attempts],
            "consents": [{"test_set": each.test_set.title, "given_at": each.given_at} for each in consents],
        }


def _describe_attempt(attempt: SetAttempt) -> dict[str, Any]:
    said = {
        "test_set": attempt.test_set.title,
        "edition": attempt.edition,
        "started_at": attempt.started_at,
        "handed_in_at": attempt.handed_in_at,
        "least_sensitivity": attempt.least_sensitivity,
        "least_specificity": attempt.least_specificity,
    }
    counted = ("recalled", "positive", "left_alone", "negative", "left_out", "is_passed")
    return {**said, **{name: getattr(attempt, name) for name in counted}} if attempt.is_handed_in else said


@register
class PanelAnswers(OwnData):
    file = "panel.json"
    order = 27
    keys = {"answers": _("images that you judged to be real or synthetic: when, how sure you were, and why")}

    def gather(self, user: User) -> dict[str, Any]:
        """One query. What an image is stays untold: others may still be asked."""
        answers = PanelAnswer.objects.filter(user=user).order_by("answered_at", "pk")
        told = answers.values("image_id", "says_real", "confidence", "because", "answered_at")
        return {"answers": [dict(each) for each in told]}
