"""Experts, and what they say of the study of tests/imaging/conftest.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from imaging.models import Opinion, Study
from imaging.truths import services
from imaging.truths.drafts import Draft, DraftCategory, DraftFinding, DraftRegion
from tests.conftest import make_user

TRIANGLE = "100,100 140,100 100,140"
FINDING = DraftFinding(
    morphology="amorphous",
    distribution="grouped",
    warrants_recall=True,
    reason="Hazy specks too small to tell their form.",
    next_time="Look with the lens where two ducts cross.",
    regions=(DraftRegion("lcc", TRIANGLE), DraftRegion("lmlo", "ellipse 150,200 20,10", is_visible=False)),
)
DRAFT = Draft((FINDING,), recall=True, categories=(DraftCategory("4B", "Amorphous and grouped."),))


def change(**fields: Any) -> Draft:
    """The draft with another finding."""
    return replace(DRAFT, findings=(replace(FINDING, **fields),))


@pytest.fixture
def reviewer(db: None) -> User:
    user = make_user("reviewer@example.org", name="Rita Reviewer")
    user.groups.add(Group.objects.get(name="Medical reviewers"))
    return user


@pytest.fixture
def hand_in(db: None) -> Callable[..., Opinion]:
    def say(study: Study, by: User, draft: Draft = DRAFT) -> Opinion:
        opinion = services.begin_opinion(study_id=study.pk, by=by)
        services.save_opinion(opinion_id=opinion.pk, draft=draft, seen=opinion.edits, by=by)
        return services.hand_in_opinion(opinion_id=opinion.pk, by=by)

    return say
