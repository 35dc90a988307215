"""What is sent with an answer. The answer's own fields are of its kind (courses.assessment.kinds)."""

from django import forms


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
