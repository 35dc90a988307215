from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.search.finding import get_groups

LONGEST_QUESTION = 200


class QuestionField(forms.CharField):
    """Takes any text: what no question can hold is left out, and what is too long is cut."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\x00", " ").strip()[:LONGEST_QUESTION]


class SearchForm(forms.Form):
    q = QuestionField(
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "enterkeyhint": "search", "dir": "auto", "maxlength": LONGEST_QUESTION}
        ),
    )
    course = forms.ChoiceField(required=False)
    group = forms.ChoiceField(required=False, choices=lambda: [("", ""), *get_groups().items()])
    page = forms.IntegerField(required=False, min_value=1, max_value=500)

    def __init__(self, *args: Any, courses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["course"]).choices = [("", _("All courses")), *courses]

    @property
    def asked(self) -> dict[str, Any]:
        """What does not fit is as if it had not been given: nothing that is asked is an error."""
        self.full_clean()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "group": given.get("group", ""),
            "course": given.get("course", ""),
            "page": given.get("page") or 1,
        }
