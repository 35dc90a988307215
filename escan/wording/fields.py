"""One field for all texts of a place: each with its shipped words, what must stand in it, and how long it may be."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.texts import Place, Text


class WordsWidget(forms.Widget):
    template_name = "escan/wording/words.html"
    place: Place
    faults: Mapping[str, list[str]] = {}

    def name_of(self, name: str, text: Text) -> str:
        return f"{name}-{text.name}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        words = value if isinstance(value, dict) else {}
        context["rows"] = [
            {
                "text": text,
                "name": self.name_of(name, text),
                "words": words.get(text.name) or str(text.shipped),
                "is_changed": text.name in words,
                "placeholders": [f"{{{each}}}" for each in sorted(text.placeholders)],
                "faults": self.faults.get(text.name, []),
            }
            for text in self.place.texts
        ]
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """By the project's templates: those of a form's own renderer are Django's alone."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """Shipped words, and nothing at all, mean the shipped words: they follow the next release."""
        sent = {text.name: read(data.get(self.name_of(name, text), "")) for text in self.place.texts}
        return {
            text.name: sent[text.name] for text in self.place.texts if sent[text.name] not in ("", str(text.shipped))
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(self.name_of(name, text) in data for text in self.place.texts)

    def id_for_label(self, id_: str) -> str:
        return ""


def read(sent: Any) -> str:
    """A text is one paragraph: line breaks and runs of spaces are one space."""
    return " ".join(str(sent).split())


class WordsField(forms.Field):
    widget = WordsWidget

    def show(self, place: Place) -> None:
        self.widget.place = self.place = place

    def clean(self, value: Any) -> dict[str, str]:
        words = dict(value or {})
        self.widget.faults = {
            text.name: faults
            for text in self.place.texts
            if text.name in words and (faults := text.find_faults(words[text.name]))
        }
        if self.widget.faults:
            titles = [str(text.title) for text in self.place.texts if text.name in self.widget.faults]
            told = gettext("These texts cannot stand as they are: {titles}. Each says why.")
            raise ValidationError(told.format(titles=", ".join(titles)))
        return words

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or {}) != (data or {})
