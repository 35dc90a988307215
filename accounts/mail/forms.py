from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.mail.kinds import get_optional


class MailPreferencesForm(forms.Form):
    """A switch for each optional kind of mail."""

    def __init__(self, *args: Any, wanted: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in get_optional():
            if kind.name not in wanted:
                continue
            self.fields[kind.name] = forms.BooleanField(
                label=str(kind.title),
                help_text=str(kind.description),
                initial=wanted[kind.name],
                required=False,
            )


class UnsubscribeForm(forms.Form):
    """What mail programs post says nothing of ours, and turns the kind off."""

    wanted = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)
