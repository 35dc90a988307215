"""What stands wrong, for who may mend it."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.db.models import F
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.models import User
from core.faults import CODES, RULES, get_editor, make_anchor
from courses.faults.models import StandingFault
from courses.writing.models import Course


@dataclass(frozen=True)
class Standing:
    """A fault that stands, with where it is mended."""

    row: StandingFault

    @property
    def address(self) -> str:
        return get_editor(apps.get_model(self.row.kind), self.row.row) + make_anchor(self.row.field, self.row.block)

    @property
    def kind(self) -> str:
        return str(apps.get_model(self.row.kind)._meta.verbose_name)

    @property
    def stops(self) -> bool:
        return self.row.code in CODES and CODES[self.row.code].stops


@dataclass(frozen=True)
class StandingGroup:
    """Those of one course, or of what belongs to none."""

    course: Course | None
    faults: list[Standing]


def get_standing(user: User) -> list[StandingGroup]:
    """By course, the oldest first. What a course itself lacks stands on the home at once, and is left out."""
    said = {each.code for each in RULES[Course] if each.stops}
    rows = StandingFault.objects.select_related("course").defer("course__description").exclude(code__in=said)
    rows = rows.order_by(F("course__position").asc(nulls_last=True), "course__title", "course", "since", "pk")
    may: defaultdict[str, bool | None] = defaultdict(lambda: None)
    seen = []
    for row in rows:
        if may[row.kind] is None:
            may[row.kind] = may_mend(user, row.kind)
        if may[row.kind]:
            seen.append(row)
    return [
        StandingGroup(course, [Standing(row) for row in group])
        for course, group in groupby(seen, key=lambda row: row.course)
    ]


def may_mend(user: User, kind: str) -> bool:
    model = apps.get_model(kind)
    if issubclass(model, Page):
        return policy_registry.get_by_type(model).user_has_any_permission(user, ["change"])
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
