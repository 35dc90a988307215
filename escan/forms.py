from django import forms


class PositionForm(forms.Form):
    block = forms.UUIDField()


class PlaceForm(forms.Form):
    """Which question of an attempt is wanted."""

    q = forms.IntegerField(min_value=1, max_value=999)


class AnswerForm(forms.Form):
    choice = forms.IntegerField(min_value=0, max_value=99)
