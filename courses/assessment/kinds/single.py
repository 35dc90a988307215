"""One right choice. An answer is its index."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.assessment.kinds.base import DEFAULT, AnswerForm, Content
from courses.assessment.kinds.choices import ChoicesKind, get_correct, is_index


class ChoiceForm(AnswerForm):
    choice = forms.IntegerField(min_value=0, max_value=99)

    @property
    def answer(self) -> int:
        return int(self.cleaned_data["choice"])


class Single(ChoicesKind):
    name = DEFAULT
    label = _("One right choice")
    form = ChoiceForm
    takes_many = False
    request = _("Choose an answer.")
    # A radio button cannot be emptied, so an empty one is a mistake.
    blank_is_open = False

    def find_wrong_marks(self, are_correct: Sequence[bool]) -> str:
        correct = sum(are_correct)
        if (told := super().find_wrong_marks(are_correct)) or correct == 1:
            return told
        marked = (
            ngettext("%(n)d choice is", "%(n)d choices are", correct) % {"n": correct}
            if correct
            else gettext("No choice is")
        )
        return gettext("%(choices)s marked as correct. Mark exactly one.") % {"choices": marked}

    def is_answer(self, content: Content, answer: object) -> bool:
        return is_index(content, answer)

    def is_right(self, content: Content, answer: Any) -> bool:
        return content["choices"][answer]["is_correct"] is True

    def get_right_answer(self, content: Content) -> int:
        return get_correct(content)[0]
