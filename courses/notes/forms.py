"""Forms of learners' notes."""

import unicodedata
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import NoteKind
from courses.notes.models import LONGEST_CONTEXT, LONGEST_NOTE, LONGEST_QUOTE
from courses.notes.services import Marked

# A day and more: no video is as long.
LAST_SECOND = 99_999
# Characters; what is kept is shorter.
LONGEST_PLACE_GIVEN = 300


class WrittenField(forms.CharField):
    """Text over several lines: one kind of new line, and no control characters but tabs."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


class WordsField(forms.CharField):
    """Words of a page, with one space between them."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class TextForm(forms.Form):
    text = WrittenField(
        label=_("Your note"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )


class NoteForm(TextForm):
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=NoteKind.choices, initial=NoteKind.NOTE, widget=forms.HiddenInput)
    block = forms.UUIDField(required=False, widget=forms.HiddenInput)
    second = forms.IntegerField(required=False, min_value=0, max_value=LAST_SECOND, widget=forms.HiddenInput)
    place = WordsField(required=False, max_length=LONGEST_PLACE_GIVEN, widget=forms.HiddenInput)
    quote = WordsField(
        required=False,
        max_length=LONGEST_QUOTE,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("Please mark at most %(limit_value)s characters at once.")},
    )
    before = WordsField(required=False, max_length=LONGEST_CONTEXT, widget=forms.HiddenInput)
    after = WordsField(required=False, max_length=LONGEST_CONTEXT, widget=forms.HiddenInput)

    def clean(self) -> None:
        given, kind = self.cleaned_data, self.cleaned_data.get("kind")
        if kind == NoteKind.NOTE and not given.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("Please write something."))
        if kind == NoteKind.HIGHLIGHT and not (given.get("quote") and given.get("block")):
            self.add_error("quote", gettext("Please select the words that you want to highlight."))
        if kind == NoteKind.BOOKMARK and not given.get("block"):
            self.add_error("block", gettext("Please choose the place that you want to bookmark."))

    @property
    def content(self) -> dict[str, Any]:
        """What the kind that was asked for keeps of the fields."""
        given = self.cleaned_data
        marked = Marked(quote=given["quote"], prefix=given["before"], suffix=given["after"])
        return {
            "key": given["key"],
            "block": str(given["block"] or ""),
            "second": given["second"],
            "place": given["place"],
            "marked": marked if given["kind"] != NoteKind.BOOKMARK else None,
            "written": given["text"] if given["kind"] == NoteKind.NOTE else "",
        }


KINDS = [("", _("All kinds")), *NoteKind.choices]


class FilterForm(forms.Form):
    """Which notes are wanted."""

    course = forms.SlugField(required=False)
    kind = forms.ChoiceField(required=False, choices=KINDS)


class KeptForm(forms.Form):
    """What `delete_note` gave, to undo it."""

    kept = forms.CharField(max_length=200_000, widget=forms.HiddenInput)
