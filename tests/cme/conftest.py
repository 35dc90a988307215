from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from cme.activities.services import upsert_activity, upsert_credit_type
from cme.certificates.services import issue_certificate
from cme.claims.services import claim_credit
from cme.models import Activity, Certificate, Claim
from courses.models import Attempt, Completion, Course

ANSWERS = {
    "objectives": "Strongly agree",
    "relevance": "Agree",
    "balance": "Yes",
    "change": "Perhaps",
    "comment": "More cases, please.",
}
AMA: dict[str, Any] = {
    "slug": "ama-pra-category-1",
    "name": "AMA PRA Category 1 Credit™",
    "plural": "AMA PRA Category 1 Credits™",
    "is_trademark": True,
    "professions": ["physician"],
    "increment": "0.25",
    "heading": "Certificate of credit",
    "wording": "and is awarded $credits $unit.",
    "source": "AMA PRA booklet",
    "checked_on": date(2026, 11, 22),
}
PARTICIPATION: dict[str, Any] = {
    "slug": "participation",
    "name": "hour of participation",
    "plural": "hours of participation",
    "professions": [],
    "heading": "Certificate of participation",
    "wording": "with $credits $unit. The activity was designated for $designated.",
    "source": "AMA",
    "checked_on": date(2026, 11, 22),
}


def activity_fields(today: date) -> dict[str, Any]:
    return {
        "provider": "Demonstration Institute for Medical Education",
        "provider_note": "invented for this demonstration; not accredited by anyone",
        "is_demonstration": True,
        "accreditation_statement": "The Institute is invented.",
        "designation_statement": "Designated for a maximum of 1.25 AMA PRA Category 1 Credit(s)™.",
        "method": "Read, and pass the post-test.",
        "support_statement": "No commercial support.",
        "contact": "cme@escan.example",
        "max_credits": "1.25",
        "designated_on": today - timedelta(days=40),
        "released_on": today - timedelta(days=30),
        "expires_on": today + timedelta(days=365),
        "credit_types": ["ama-pra-category-1", "participation"],
    }


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def make_course(db) -> Callable[..., Course]:
    def make(slug: str = "breast-calcifications", title: str = "Breast calcifications") -> Course:
        return Course.objects.create(
            slug=slug,
            title=title,
            summary="Read them.",
            description="<p>Calcifications.</p>",
            audience="Radiologists",
            objectives="Name the forms",
            minutes=75,
            live=True,
        )

    return make


@pytest.fixture
def make_activity(db, today, make_course) -> Callable[..., Activity]:
    def make(course: Course | None = None, **changes: Any) -> Activity:
        upsert_credit_type(**AMA)
        upsert_credit_type(**PARTICIPATION)
        return upsert_activity(course=course or make_course(), **{**activity_fields(today), **changes})

    return make


@pytest.fixture
def activity(make_activity) -> Activity:
    return make_activity()


@pytest.fixture
def course(activity) -> Course:
    return activity.course


def complete(user: User, course: Course, on: date | None = None) -> Completion:
    day = on or timezone.now().date()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    attempt = Attempt.objects.create(
        user=user, course=course, passing_score=75, score=90, started_at=moment, submitted_at=moment
    )
    return Completion.objects.create(
        user=user, course=course, attempt=attempt, completed_at=moment, completed_on=day, score=90, lessons=[]
    )


def claim_as(user: User, course: Course, **changes: Any) -> Claim:
    given = {"amount": Decimal("1.25"), "is_attested": True, "answers": ANSWERS, **changes}
    return claim_credit(user=user, course=course, **given)


@pytest.fixture
def claimed(learner_with_access, course, django_capture_on_commit_callbacks) -> Claim:
    """A claim whose certificate is still due: the message to the worker is lost."""
    complete(learner_with_access, course)
    return claim_as(learner_with_access, course)


@pytest.fixture
def issued(claimed) -> Certificate:
    issue_certificate(certificate_id=claimed.certificate.pk)
    return Certificate.objects.get()


@pytest.fixture
def held(learner_with_access, course) -> Certificate:
    """A claim whose certificate cannot be printed."""
    complete(learner_with_access, course)
    return hold(claim_as(learner_with_access, course))


def hold(claim: Claim) -> Certificate:
    """As with a name that was claimed with before names were checked."""
    certificate = claim.certificate
    claim.user.name = certificate.fields["name"] = "Rosa 😀 Marín"
    claim.user.save()
    certificate.save()
    issue_certificate(certificate_id=certificate.pk)
    certificate.refresh_from_db()
    return certificate


@pytest.fixture
def paid(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)
