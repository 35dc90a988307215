"""Forms of the studio."""

from typing import Any

from modelcluster.forms import BaseChildFormSet
from wagtail.admin.panels import InlinePanel

from courses.models import validate_choices


class ChoiceFormSet(BaseChildFormSet):
    def clean(self) -> None:
        super().clean()
        written = [form for form in self.forms if not self._should_delete_form(form)]
        # A draft may wait for its right answer, and a choice with an error of its own is told of that first.
        if any(form.is_deferred_validation or form.errors for form in self.forms):
            return
        validate_choices([form.cleaned_data.get("is_correct", False) for form in written])


class ChoicesPanel(InlinePanel):
    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = ChoiceFormSet
        return options
