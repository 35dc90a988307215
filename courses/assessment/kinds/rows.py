"""Rows of a question in the studio that only some kinds have."""

from typing import Any

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

from courses.assessment.kinds.base import get_kind


class KindFormSet(BaseChildFormSet):
    """Rows that only some kinds of question have. With another kind, which hides them, they go.

    `instance` is the question of the form around it, which has the kind that was sent before its rows are looked at.
    """

    keeps_hidden = False

    def _should_delete_form(self, form: Any) -> bool:
        # Django's own hook: rows that it takes for deleted are neither checked nor kept.
        is_hidden = self.rel_name not in get_kind(self.instance.kind).names and not self.keeps_hidden
        return super()._should_delete_form(form) or is_hidden


class RowsPanel(InlinePanel):
    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = KindFormSet
        return options
