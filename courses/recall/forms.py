from django import forms

from courses.assessment.forms import CheckForm


class RecallForm(CheckForm):
    """Which asking is answered: of which card, and its how manieth."""

    card = forms.IntegerField(min_value=1, max_value=2**53)
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class MoreForm(forms.Form):
    """Whether more than today's share is wanted."""

    more = forms.BooleanField(required=False)
