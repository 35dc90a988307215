from django import forms

from accounts.forms import EMAIL, NameField
from escan.models import Topic

LONGEST_MESSAGE = 5000


class PositionForm(forms.Form):
    block = forms.UUIDField()


class PlaceForm(forms.Form):
    """Which question of an attempt is wanted."""

    q = forms.IntegerField(min_value=1, max_value=999)


class AnswerForm(forms.Form):
    choice = forms.IntegerField(min_value=0, max_value=99)


class ContactForm(forms.Form):
    topic = forms.ChoiceField(
        label="What is it about?",
        choices=[("", "Choose…"), *Topic.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Please choose one from the list."),
    )
    name = NameField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}))
    email = forms.EmailField(
        label="E-mail address",
        help_text="Where our answer goes.",
        widget=forms.EmailInput(attrs={**EMAIL, "autocomplete": "email"}),
        error_messages={"required": "Please give an address, so that we can answer."},
    )
    message = forms.CharField(
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text="Please send no data of patients. For a refund, the address that you paid with is enough.",
        error_messages={"required": "Please write what we can do for you."},
    )
    # The page hides it from people, and programs fill in whatever they find.
    website = forms.CharField(required=False)

    def visible_fields(self) -> list[forms.BoundField]:
        return [field for field in super().visible_fields() if field.name != "website"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            self.add_error(None, "A field that people do not see was filled in. Please send your message once more.")
        return ""

    @property
    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("topic", "name", "email", "message")}
