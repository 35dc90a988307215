from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.mail.kinds import OPTIONAL


class MailPreferencesForm(forms.Form):
    """A switch for each optional kind of mail."""

    def __init__(self, *args: Any, wanted: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, is_wanted in wanted.items():
            optional = OPTIONAL[kind]
            self.fields[kind] = forms.BooleanField(
                label=str(optional.title), help_text=str(optional.description), initial=is_wanted, required=False
            )


class UnsubscribeForm(forms.Form):
    """What mail programs post says nothing of ours, and turns the kind off."""

    wanted = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)
