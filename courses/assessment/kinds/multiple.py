"""Several right choices. An answer is a sorted list of indices; it is right when exactly the right ones are chosen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.kinds.base import AnswerForm, Content
from courses.assessment.kinds.choices import ChoicesKind, get_correct, is_index


class ChoicesForm(AnswerForm):
    choice = forms.TypedMultipleChoiceField(choices=[(str(index), "") for index in range(100)], coerce=int)

    @property
    def answer(self) -> list[int]:
        return sorted(set(self.cleaned_data["choice"]))


class Multiple(ChoicesKind):
    name = "multiple"
    label = _("Several right choices")
    form = ChoicesForm
    takes_many = True
    request = _("Choose at least one.")
    can_be_emptied = True

    def find_wrong_marks(self, are_correct: Sequence[bool]) -> str:
        nothing_marked = "" if any(are_correct) else gettext("No choice is marked as correct. Mark every one that is.")
        return super().find_wrong_marks(are_correct) or nothing_marked

    def is_answer(self, content: Content, answer: object) -> bool:
        if not isinstance(answer, list) or not answer:
            return False
        return all(is_index(content, index) for index in answer) and answer == sorted(set(answer))

    def is_right(self, content: Content, answer: Any) -> bool:
        return bool(answer == get_correct(content))

    def get_right_answer(self, content: Content) -> list[int]:
        return get_correct(content)
