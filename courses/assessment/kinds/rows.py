"""Rows of a question in the studio that only some kinds have."""

from typing import Any

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

from courses.assessment.kinds.base import Kind, get_kind


class KindFormSet(BaseChildFormSet):
    """Rows that only some kinds of question have. The question already has the kind that was sent."""

    def clean(self) -> None:
        super().clean()
        written = [form for form in self.forms if not self._should_delete_form(form)]
        # A draft may wait for its right answer, and a row with an error of its own is told of that first.
        if any(form.is_deferred_validation or form.errors for form in self.forms) or not self.instance.kind:
            return
        rows = [form for form in written if form.has_changed() or form.instance.pk]
        self.check_rows(get_kind(self.instance.kind), rows)

    def check_rows(self, kind: Kind, forms: list[Any]) -> None:
        raise NotImplementedError


class RowsPanel(InlinePanel):
    def __init__(self, relation_name: str, formset: type[KindFormSet], **kwargs: Any) -> None:
        super().__init__(relation_name, **kwargs)
        self.formset_class = formset

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "formset": self.formset_class}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = self.formset_class
        return options
