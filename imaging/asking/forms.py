from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Side

LATERAL = {
    Side.RIGHT: _("True lateral view, right breast"),
    Side.LEFT: _("True lateral view, left breast"),
}


class AskForm(forms.Form):
    """Without a script: a lateral view of a side, or a magnification around a mark that stands already."""

    what = forms.ChoiceField(label=_("Additional view"))

    def __init__(self, *args: Any, marks: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        lateral = [(f"side-{side}", label) for side, label in LATERAL.items()]
        choices: Any = [*lateral, *((f"mark-{key}", label) for key, label in marks)]
        self.fields["what"] = forms.ChoiceField(label=self.fields["what"].label, choices=choices)

    @property
    def side(self) -> str:
        """Empty for a magnification."""
        kind, _, name = self.cleaned_data["what"].partition("-")
        return name if kind == "side" else ""

    @property
    def mark(self) -> str:
        """The key of the mark."""
        kind, _, name = self.cleaned_data["what"].partition("-")
        return name if kind == "mark" else ""


class AskedPlaceForm(forms.Form):
    """As the viewer sends it: a place in a view, or a side alone."""

    side = forms.ChoiceField(choices=Side.choices, required=False)
    view = forms.SlugField(max_length=8, required=False)
    x = forms.FloatField(required=False)
    y = forms.FloatField(required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        has_place = all(given.get(name) not in ("", None) for name in ("view", "x", "y"))
        if bool(given.get("side")) == has_place:
            self.add_error("side", _("Say a side, or a view with x and y."))
        return given
