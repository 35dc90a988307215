import re
from typing import Any

from django import forms
from django.http import QueryDict

from courses.assessment.errors import NoSuchChoice, NotANumber
from courses.assessment.scoring import read_number

LONGEST_NUMBER = 40
INDEX = re.compile(r"[0-9]{1,2}")


class PlaceForm(forms.Form):
    """Which question of an attempt is wanted."""

    q = forms.IntegerField(min_value=1, max_value=999)


class DeviceForm(forms.Form):
    """What a script sends with an answer, so that an older one that arrives late changes nothing."""

    device = forms.UUIDField(required=False)
    number = forms.IntegerField(min_value=0, max_value=2**53, required=False)


class UnsureForm(forms.Form):
    """Beside an answer: whether the learner is sure of it."""

    unsure = forms.BooleanField(required=False)


class CheckForm(UnsureForm):
    revision = forms.IntegerField(min_value=1, max_value=2**53)


class ChoiceForm(forms.Form):
    choice = forms.IntegerField(min_value=0, max_value=99)

    @property
    def answer(self) -> int:
        return int(self.cleaned_data["choice"])


class ChoicesForm(forms.Form):
    choice = forms.TypedMultipleChoiceField(choices=[(str(index), "") for index in range(100)], coerce=int)

    @property
    def answer(self) -> list[int]:
        return sorted(set(self.cleaned_data["choice"]))


class NumberForm(forms.Form):
    value = forms.CharField(max_length=LONGEST_NUMBER)

    @property
    def answer(self) -> str:
        return read_number(self.cleaned_data["value"])


class MarkForm(forms.Form):
    """A place in percent of the picture."""

    x = forms.DecimalField(min_value=0, max_value=100, max_digits=20)
    y = forms.DecimalField(min_value=0, max_value=100, max_digits=20)

    @property
    def answer(self) -> list[float]:
        return [round(float(self.cleaned_data[name]), 2) for name in ("x", "y")]


ANSWER_FORMS: dict[str, type[ChoiceForm | ChoicesForm | NumberForm | MarkForm]] = {
    "single": ChoiceForm,
    "multiple": ChoicesForm,
    "numeric": NumberForm,
    "place": MarkForm,
}


def is_left_open(kind: str, data: QueryDict, prefix: str = "") -> bool:
    """Nothing was given. A radio button cannot be emptied, so an empty one is no answer but a mistake."""
    names = [f"{prefix}-{name}" if prefix else name for name in ANSWER_FORMS[kind].base_fields]
    return all(name not in data or (kind != "single" and not str(data[name]).strip()) for name in names)


def read_answer(kind: str, data: QueryDict, prefix: str = "") -> Any:
    """The answer as courses.assessment.scoring has it. Raises NoSuchChoice or NotANumber."""
    form = ANSWER_FORMS[kind](data, prefix=prefix or None)
    if not form.is_valid():
        raise NotANumber if kind == "numeric" else NoSuchChoice
    return form.answer


def get_given(kind: str, data: QueryDict) -> Any:
    """What stood in the fields of an answer that was refused, for `describe` to show it again."""
    if kind == "numeric":
        return data.get("value", "")[:LONGEST_NUMBER]
    if kind == "place":
        form = MarkForm(data)
        form.full_clean()
        return [form.cleaned_data.get(name, "") for name in ("x", "y")]
    return [int(index) for index in data.getlist("choice") if INDEX.fullmatch(index)]
