"""What kinds with choices share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.errors import NotUnderstood
from courses.assessment.formats.neutral import Body, Choices, GivenChoice
from courses.assessment.formats.words import tidy
from courses.assessment.kinds.base import Asked, Content, Entry, Kind, Written
from courses.assessment.kinds.rows import RowsPanel

INDEX = re.compile(r"[0-9]{1,2}")


CHOICES_PANEL = RowsPanel(
    "choices",
    heading=_("Choices"),
    label=_("Choice"),
    help_text=_("Mark the one that is correct, or with several right choices each of them."),
)


@dataclass(frozen=True)
class AskedChoice:
    index: int
    text: str
    is_chosen: bool
    is_correct: bool = False
    rationale: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedChoices(Asked):
    choices: Sequence[AskedChoice]
    takes_many: bool


class ChoicesKind(Kind):
    asked = AskedChoices
    entry_fields = ("choices",)
    panels = (CHOICES_PANEL,)
    takes_many: ClassVar[bool]

    def read_entry(self, entry: Mapping[str, Any]) -> Entry:
        return Entry(
            choices=[
                {
                    "text": choice["text"],
                    "is_correct": choice.get("correct", False),
                    "rationale": choice.get("rationale", ""),
                }
                for choice in entry["choices"]
            ]
        )

    def write_entry(self, question: Written) -> dict[str, Any]:
        choices = [
            {
                "text": choice.text,
                **({"correct": True} if choice.is_correct else {}),
                **({"rationale": choice.rationale} if choice.rationale else {}),
            }
            for choice in question.choices.all()
        ]
        return {"choices": choices}

    def take_in(self, body: Body) -> Entry | None:
        if not isinstance(body, Choices) or body.takes_many != self.takes_many:
            return None
        return Entry(
            choices=[
                {"text": choice.text, "is_correct": choice.is_right, "rationale": choice.rationale}
                for choice in body.choices
            ]
        )

    def write_out(self, question: Written) -> Body:
        choices = list(question.choices.all())
        if told := self.find_wrong_marks([choice.is_correct for choice in choices]):
            raise NotUnderstood(told)
        given = (
            GivenChoice(" ".join(choice.text.split()), choice.is_correct, tidy(choice.rationale)) for choice in choices
        )
        return Choices(tuple(given), self.takes_many)

    def find_missing(self, question: Written) -> dict[str, str]:
        told = self.find_wrong_marks([choice.is_correct for choice in question.choices.all()])
        return {"choices": told} if told else {}

    def find_unexplained(self, question: Written) -> dict[str, str]:
        """Each choice has its own rationale."""
        if all(choice.rationale.strip() for choice in question.choices.all()):
            return {}
        return {"choices": gettext("Say of each choice why it is right or wrong.")}

    def find_wrong_marks(self, are_correct: Sequence[bool]) -> str:
        """What is wrong with the choices, in a sentence."""
        return gettext("A question needs two choices or more.") if len(are_correct) < 2 else ""

    def freeze(self, question: Written, rng: Random | None) -> Content:
        choices = [
            {"text": choice.text, "is_correct": choice.is_correct, "rationale": choice.rationale}
            for choice in question.choices.all()
        ]
        if rng is not None:
            rng.shuffle(choices)
        return {"choices": choices}

    def ask(self, content: Content, answer: Any) -> dict[str, Any]:
        chosen = as_list(answer)
        shown = [AskedChoice(index, each["text"], index in chosen) for index, each in enumerate(content["choices"])]
        return {"choices": shown, "takes_many": self.takes_many}

    def tell(self, content: Content, answer: Any) -> dict[str, Any]:
        chosen = as_list(answer)
        told = [AskedChoice(index, is_chosen=index in chosen, **each) for index, each in enumerate(content["choices"])]
        return {"choices": told, "takes_many": self.takes_many}

    def get_given(self, data: QueryDict) -> Any:
        return [int(index) for index in data.getlist("choice") if INDEX.fullmatch(index)]

    def mend(self, content: Content, newer: Content) -> Content | None:
        """The same choices, in the order in which they were asked."""
        by_text = {choice["text"]: choice for choice in newer["choices"]}
        asked = [choice["text"] for choice in content["choices"]]
        if sorted(asked) != sorted(choice["text"] for choice in newer["choices"]) or len(by_text) != len(asked):
            return None
        return {**content, "choices": [by_text[text] for text in asked]}

    def get_key(self, content: Content) -> Any:
        return [choice["is_correct"] for choice in content["choices"]]


def as_list(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def is_index(content: Content, answer: object) -> bool:
    return type(answer) is int and 0 <= answer < len(content["choices"])


def get_correct(content: Content) -> list[int]:
    return [index for index, choice in enumerate(content["choices"]) if choice["is_correct"]]
