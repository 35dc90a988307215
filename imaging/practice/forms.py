from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imaging.evidence.records import Kind
from imaging.practice.aims import Aim, list_form_aims, list_pair_aims

EVERYTHING = ""


def _named(aims: list[Aim]) -> list[tuple[str, str]]:
    return [(aim.key, aim.name) for aim in aims]


def _list_choices() -> list[tuple[str, Any]]:
    return [
        (EVERYTHING, gettext("Everything, by what you need")),
        (gettext("Taken for each other"), _named(list_pair_aims())),
        (gettext("Suspicious forms"), _named(list_form_aims(Kind.SUSPICIOUS))),
        (gettext("Typically benign forms"), _named(list_form_aims(Kind.BENIGN))),
    ]


class AimForm(forms.Form):
    """What is practised in the next ten studies."""

    aim = forms.ChoiceField(label=_("What to practise"), choices=_list_choices, required=False)
