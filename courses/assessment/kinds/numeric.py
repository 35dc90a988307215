"""A number, right within a tolerance. An answer is a decimal number as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from courses.assessment.errors import NotANumber, NotUnderstood
from courses.assessment.formats.neutral import Body, Number
from courses.assessment.kinds.base import AnswerForm, Asked, Content, Entry, Kind, Written

LONGEST_NUMBER = 40

NUMBER = re.compile(r"[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})", re.ASCII)


def read_number(text: str) -> str:
    """A number as people write it, with point or comma, as it is kept. Raises NotANumber."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not NUMBER.fullmatch(plain):
        raise NotANumber
    return str(Decimal(plain))


class NumberForm(AnswerForm):
    value = forms.CharField(max_length=LONGEST_NUMBER)

    @property
    def answer(self) -> str:
        return read_number(self.cleaned_data["value"])


@dataclass(frozen=True, kw_only=True)
class AskedNumber(Asked):
    unit: str
    value: str = ""
    tolerance: str = ""


class Numeric(Kind):
    name = "numeric"
    label = _("A number")
    form = NumberForm
    asked = AskedNumber
    refusal = NotANumber
    request = _("Write a number.")
    can_be_emptied = True
    entry_fields = ("value", "tolerance", "unit")
    panels = (
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("value"), FieldPanel("tolerance"), FieldPanel("unit")])], _("The number")
        ),
    )

    def read_entry(self, entry: Mapping[str, Any]) -> Entry:
        value = None if entry["value"] is None else Decimal(str(entry["value"]))
        return Entry(
            {"value": value, "tolerance": Decimal(str(entry.get("tolerance", 0))), "unit": entry.get("unit", "")}
        )

    def write_entry(self, question: Written) -> dict[str, Any]:
        value, tolerance = (
            None if number is None else _plain(f"{Decimal(number):f}")
            for number in (question.value, question.tolerance)
        )
        return {"value": value, "tolerance": tolerance, **({"unit": question.unit} if question.unit else {})}

    def take_in(self, body: Body) -> Entry | None:
        if not isinstance(body, Number):
            return None
        return Entry({"value": body.value, "tolerance": body.tolerance, "unit": body.unit})

    def write_out(self, question: Written) -> Body:
        if question.value is None:
            raise NotUnderstood(gettext("Give the right value."))
        value, tolerance = (Decimal(_plain(f"{number or 0:f}")) for number in (question.value, question.tolerance))
        return Number(value, tolerance, " ".join(question.unit.split()))

    def find_missing(self, question: Written) -> dict[str, str]:
        return {"value": gettext("Give the right value.")} if question.value is None else {}

    def freeze(self, question: Written, rng: Random | None) -> Content:
        # A draft that is previewed may still lack its value.
        value, tolerance = (f"{number or 0:f}" for number in (question.value, question.tolerance))
        return {"value": _plain(value), "tolerance": _plain(tolerance), "unit": question.unit}

    def ask(self, content: Content, answer: Any) -> dict[str, Any]:
        return {"unit": content["unit"]}

    def tell(self, content: Content, answer: Any) -> dict[str, Any]:
        return {name: content[name] for name in ("unit", "value", "tolerance")}

    def get_given(self, data: QueryDict) -> str:
        return data.get("value", "")[:LONGEST_NUMBER]

    def is_answer(self, content: Content, answer: object) -> bool:
        return isinstance(answer, str) and NUMBER.fullmatch(answer) is not None

    def is_right(self, content: Content, answer: Any) -> bool:
        return abs(Decimal(answer) - Decimal(content["value"])) <= Decimal(content["tolerance"])

    def get_right_answer(self, content: Content) -> str:
        return str(content["value"])

    def mend(self, content: Content, newer: Content) -> Content | None:
        if content["unit"] != newer["unit"]:
            return None
        return {**content, "value": newer["value"], "tolerance": newer["tolerance"]}

    def get_key(self, content: Content) -> Any:
        return Decimal(content["value"]), Decimal(content["tolerance"])


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
