"""Every write of the CME office's data."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from wagtail.log_actions import log

from cme.activities.models import Activity, CreditType
from courses.models import Course

Row = TypeVar("Row", CreditType, Activity)


@transaction.atomic
def upsert_credit_type(*, slug: str, **fields: Any) -> CreditType:
    """Write a credit type as given. Raises ValidationError where a rule of the model is broken."""
    credit_type = CreditType.objects.filter(slug=slug).first() or CreditType(slug=slug)
    _write(credit_type, fields)
    log(credit_type, "cme.write_credit_type", data={"slug": slug, **fields})
    return credit_type


@transaction.atomic
def upsert_activity(*, course: Course, credit_types: Iterable[str], **fields: Any) -> Activity:
    """Write a course's activity as given; `credit_types` are slugs. Raises ValidationError like its sibling."""
    activity = _write(Activity.objects.filter(course=course).first() or Activity(course=course), fields)
    slugs = list(credit_types)
    activity.credit_types.set([CreditType.objects.get(slug=slug) for slug in slugs])
    log(activity, "cme.write_activity", data={"course": course.slug, "credit_types": slugs, **fields})
    return activity


def _write(row: Row, fields: Mapping[str, Any]) -> Row:
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row
