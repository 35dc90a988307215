"""A set of four cases whose studies have rows and no pixels."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from imaging import models
from imaging.reading import services as reading
from imaging.studies.models import Study
from imaging.testsets import services
from tests.imaging.conftest import add_finding, make_views

KINDS = ["suspicious", "suspicious", "benign", "normal"]
CASES: list[dict[str, Any]] = [
    {"density": "b", "findings": [{"morphology": "fine-linear", "distribution": "segmental", "side": "L"}]},
    {"density": "c", "findings": [{"morphology": "fine-linear", "distribution": "segmental", "side": "L"}]},
    {"density": "b", "findings": [{"morphology": "popcorn", "distribution": "grouped", "side": "L"}]},
    {"density": "b"},
]


def make_images(**changes: bool) -> None:
    """What a worker does with every study of a set that waits."""
    for study in Study.objects.filter(purpose="test-set", status="waiting"):
        study.status, study.made_at = "ready", timezone.now()
        study.save()
        views = make_views(study)
        kind = KINDS[study.set_case.number - 1]
        is_positive = kind == "suspicious"
        reasons = [{"category": "4C" if is_positive else "2", "reason": "Reason that only the key knows."}]
        truth = models.Truth.objects.create(study=study, kind=kind, recall=is_positive, categories=reasons)
        if kind != "normal":
            words = {} if is_positive else {"morphology": "popcorn", "distribution": "grouped"}
            add_finding(truth, views, warrants_recall=is_positive, **words, **changes)


def begin(user: User, test_set: models.TestSet) -> models.SetAttempt:
    services.prepare_edition_for(user=user, test_set=test_set)
    make_images()
    return services.begin_attempt(user=user, test_set=test_set)


def lock_all(attempt: models.SetAttempt, *, wrong: int = 0) -> None:
    """Every case that can be read, so many of them not right."""
    for number, each in enumerate(attempt.readings.filter(locked_at=None, study__withdrawn_at=None).order_by("pk")):
        warrants = each.study.truths.get().recall
        recall = warrants if number >= wrong else not warrants
        reading.answer_reading(reading=each, category="4B" if recall else "1", recall=recall)
        reading.lock_reading(reading=each)


def write_set() -> models.TestSet:
    return services.upsert_test_set(
        slug="calcifications",
        title="Four cases",
        summary="To read as in one session.",
        course="breast-calcifications",
        least_sensitivity=75,
        least_specificity=75,
        cases=CASES,
    )


@pytest.fixture
def test_set(db: None) -> models.TestSet:
    return write_set()
