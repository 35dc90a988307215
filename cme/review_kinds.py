"""What earns credit is checked by the CME office before it goes live (decision 70)."""

from cme.activities.models import Activity
from reviews.registry import ACCREDITED, Scope


def is_accredited(scope: Scope) -> bool:
    return scope.kind == "course" and Activity.objects.filter(course=scope.pk).exists()


ACCREDITED.append(is_accredited)
