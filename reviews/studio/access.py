"""Who may open which screen; the groups are in escan/roles.py."""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import StaffRequest
from accounts.models import User
from core.acts import for_staff
from reviews.models import Submission
from reviews.queries import MAY_SEE, MAY_SEE_RECORD, MAY_SET
from reviews.registry import KINDS, Reviewed

for_all = for_staff(MAY_SEE)
for_record = for_staff(MAY_SEE_RECORD)
for_setting = for_staff(MAY_SET)


def find_row(request: StaffRequest, label: str, pk: int) -> tuple[Any, Reviewed]:
    """What this person writes. Raises Http404, PermissionDenied."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    kind = KINDS.get(model)
    if kind is None:
        raise Http404
    if not kind.may_write(request.user):
        raise PermissionDenied
    return get_object_or_404(kind.model._default_manager.select_related("latest_revision"), pk=pk), kind


def get_submission(pk: int) -> Submission:
    rows = Submission.objects.select_related("content_type", "revision__user", "base", "sent_by")
    return get_object_or_404(rows, pk=pk)


def may_write(user: User, submission: Submission) -> bool:
    model: Any = submission.content_type.model_class()
    kind = KINDS.get(model)
    return kind is not None and kind.may_write(user)


def name_model(row: Any) -> str:
    return str(type(row)._meta.label_lower)
