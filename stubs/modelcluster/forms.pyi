from typing import Any

from django.forms.models import BaseModelFormSet, ModelForm

class BaseTransientModelFormSet(BaseModelFormSet[Any, Any]): ...

class BaseChildFormSet(BaseTransientModelFormSet):
    instance: Any
    rel_name: str
    # Django's own, which its stubs leave out.
    def _should_delete_form(self, form: Any) -> bool: ...

class ClusterForm(ModelForm[Any]):
    formsets: dict[str, BaseChildFormSet]
