from django import forms
from django.core.validators import MinLengthValidator
from django.utils.translation import gettext_lazy as _


class PanelForm(forms.Form):
    says = forms.TypedChoiceField(
        label=_("What is it?"),
        choices=[("real", _("Real: of a patient")), ("synthetic", _("Synthetic: drawn by a program"))],
        widget=forms.RadioSelect,
        coerce=lambda given: given == "real",
    )
    confidence = forms.IntegerField(
        label=_("How sure are you?"),
        min_value=50,
        max_value=100,
        initial=75,
        help_text=_("Percent: 50 is a guess, 100 is certain."),
    )
    because = forms.CharField(
        label=_("Why?"),
        max_length=500,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What in the image made you think so? “A guess” is an answer, too."),
    )
