"""A place on a picture, right within any of its regions. An answer is [x, y] in percent of the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.errors import NotUnderstood
from courses.assessment.formats.neutral import Body
from courses.assessment.kinds.base import AnswerForm, Asked, Content, Entry, Kind, Written
from courses.assessment.kinds.rows import RowsPanel


class MarkForm(AnswerForm):
    """A place in percent of the picture."""

    x = forms.DecimalField(min_value=0, max_value=100, max_digits=20)
    y = forms.DecimalField(min_value=0, max_value=100, max_digits=20)

    @property
    def answer(self) -> list[float]:
        return [round(float(self.cleaned_data[name]), 2) for name in ("x", "y")]


@dataclass(frozen=True, kw_only=True)
class AskedPlace(Asked):
    # Numbers as text, so that no language writes them with a comma where a drawing wants a point.
    mark: tuple[str, str] | None
    regions: Sequence[dict[str, str]] = ()


class Place(Kind):
    name = "place"
    label = _("A place on a picture")
    form = MarkForm
    asked = AskedPlace
    request = _("Mark the place.")
    entry_fields = ("regions",)
    panels = (
        RowsPanel(
            "regions",
            heading=_("Right regions"),
            label=_("Region"),
            help_text=_(
                "Click the center of a region in the picture, or write its numbers. An answer in any of them is right."
            ),
        ),
    )

    def read_entry(self, entry: Mapping[str, Any]) -> Entry:
        regions = [{name: Decimal(str(number)) for name, number in region.items()} for region in entry["regions"]]
        return Entry(regions=regions)

    def write_entry(self, question: Written) -> dict[str, Any]:
        return self.freeze(question, None)

    def write_out(self, question: Written) -> Body:
        raise NotUnderstood(gettext("Other systems mark a place on a picture in ways of their own."))

    def find_missing(self, question: Written) -> dict[str, str]:
        missing = {}
        if question.image is None:
            missing["image"] = gettext("Choose the picture.")
        if not question.regions.all():
            missing["regions"] = gettext("No region is right yet. Click in the picture, or give one in percent.")
        return missing

    def freeze(self, question: Written, rng: Random | None) -> Content:
        regions = [
            {name: float(getattr(row, name)) for name in ("x", "y", "rx", "ry")} for row in question.regions.all()
        ]
        return {"regions": regions}

    def ask(self, content: Content, answer: Any) -> dict[str, Any]:
        mark = None if answer is None else (str(answer[0]), str(answer[1]))
        return {"mark": mark}

    def tell(self, content: Content, answer: Any) -> dict[str, Any]:
        regions = [{name: str(number) for name, number in region.items()} for region in content["regions"]]
        return {**self.ask(content, answer), "regions": regions}

    def get_given(self, data: QueryDict) -> list[Any]:
        form = MarkForm(data)
        form.full_clean()
        return [form.cleaned_data.get(name, "") for name in ("x", "y")]

    def is_answer(self, content: Content, answer: object) -> bool:
        # Comparing refuses what is not a number, too.
        return (
            isinstance(answer, list)
            and len(answer) == 2
            and all(type(part) in (int, float) and 0 <= part <= 100 for part in answer)
        )

    def is_right(self, content: Content, answer: Any) -> bool:
        x, y = answer
        return any(
            ((x - region["x"]) / region["rx"]) ** 2 + ((y - region["y"]) / region["ry"]) ** 2 <= 1
            for region in content["regions"]
        )

    def get_right_answer(self, content: Content) -> list[float]:
        return [content["regions"][0]["x"], content["regions"][0]["y"]]

    def mend(self, content: Content, newer: Content) -> Content | None:
        return {**content, "regions": newer["regions"]}

    def get_key(self, content: Content) -> Any:
        return content["regions"]
