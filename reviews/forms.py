from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _

LONGEST = 2_000
LINES = {"rows": 3}


def words(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=help_text,
        validators=[MinLengthValidator(3)] if required else [],
        widget=forms.Textarea(attrs=LINES),
    )


class NoteForm(forms.Form):
    note = words(_("Note for the reviewer"), required=False, help_text=_("What to look at, and why it changed."))


class CorrectionForm(forms.Form):
    said = words(_("What was corrected"), help_text=_("In a sentence. A reviewer looks at it afterwards."))


class UnreviewedForm(forms.Form):
    because = words(_("Published without review because"), help_text=_("It is kept for good, with your name."))


class ApproveForm(forms.Form):
    said = words(_("What you say to it"), required=False)


class AskForm(forms.Form):
    because = words(_("What has to change, and why"))


class CommentForm(forms.Form):
    place = forms.CharField(max_length=64, required=False)
    text = words(_("Comment"))


class AnswerForm(forms.Form):
    text = words(_("Answer"))


class StepsForm(forms.Form):
    medical = forms.BooleanField(label=_("Medical review"), required=False)
    cme = forms.BooleanField(label=_("CME check"), required=False)
    because = words(_("Why"), help_text=_("It is kept for good, with your name."))


class ApproveSeveralForm(forms.Form):
    pick = forms.TypedMultipleChoiceField(
        coerce=int, choices=[], error_messages={"required": _("Choose at least one.")}
    )

    def __init__(self, data: Any, *, known: list[int]) -> None:
        super().__init__(data)
        self.fields["pick"].choices = [(pk, "") for pk in known]  # type: ignore[attr-defined]
