from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext

from cme.activities.formats import amount_of, format_credits
from cme.claims.attestation import ATTESTATION
from cme.claims.evaluation import COMMENT, COMMENT_LENGTH, QUESTIONS
from cme.claims.offers import Offer


class ClaimForm(forms.Form):
    """Evaluation, attestation and amount on one page."""

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=gettext(question.text),
                choices=[(choice, gettext(choice)) for choice in question.choices],
                widget=forms.RadioSelect,
                error_messages={"required": gettext("Choose an answer.")},
            )
        self.fields[COMMENT] = forms.CharField(
            label=gettext("What would you change in this course?"),
            required=False,
            max_length=COMMENT_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["credits"] = forms.TypedChoiceField(
            label=gettext("Credit that you claim"),
            choices=[
                ("", gettext("Choose…")),
                *((format_credits(each), amount_of(each, offer.credit_type)) for each in offer.amounts),
            ],
            coerce=Decimal,
            error_messages={
                "required": gettext("Choose how much you claim."),
                "invalid_choice": gettext("Choose an amount in steps of {increment}, at most {max_credits}.").format(
                    increment=format_credits(offer.credit_type.increment),
                    max_credits=format_credits(offer.activity.max_credits),
                ),
            },
        )
        self.fields["attestation"] = forms.BooleanField(
            label=ATTESTATION, error_messages={"required": gettext("Confirm that you took part in the activity.")}
        )

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[question.key] for question in QUESTIONS]

    @property
    def answers(self) -> dict[str, str]:
        keys = [question.key for question in QUESTIONS] + [COMMENT]
        return {key: self.cleaned_data[key] for key in keys}
