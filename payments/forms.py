from django import forms


class ReturnForm(forms.Form):
    """What Stripe's redirect brings back, and the waiting page's own questions."""

    session_id = forms.CharField(max_length=255)
    since = forms.IntegerField(min_value=0, required=False, help_text="When the page began to wait, in Unix time.")
