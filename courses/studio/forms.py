"""Forms of what authors write, where fields of several rows must fit together."""

from typing import Any

from django import forms
from django.db.models import Max, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from core.studio import PublishableForm
from courses.assessment.models.questions import Objective, Question, QuestionUse
from courses.assessment.services.objectives import find_lost


class PlacedForm(WagtailAdminModelForm):
    """A row with a position among others. Left empty it goes last; two in one place are not published."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.required = False
        field.help_text = gettext("Left empty: after all others.")
        if self.instance.pk is None:
            field.initial = None
            self.initial.pop("position", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if "position" in self.errors:
            return cleaned
        others = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        last = others.aggregate(last=Max("position"))["last"]
        free = 0 if last is None else last + 1
        if cleaned.get("position") is None:
            cleaned["position"] = self.instance.position if self.instance.pk else free
        elif not self.is_deferred_validation:
            self._keep_apart(others.filter(position=cleaned["position"]).first(), free)
        return cleaned

    def _keep_apart(self, other: Any, free: int) -> None:
        if other is not None and (self.instance.pk is None or "position" in self.changed_data):
            told = gettext("“{other}” has this position. The first one behind all others is {free}.")
            self.add_error("position", told.format(other=other, free=free))


class BeginWith(TextChoices):
    """What a course without a module gets."""

    PARTS = "parts", _("With a first module and a lesson with its parts")
    NOTHING = "nothing", _("Empty")


class CourseForm(PlacedForm, PublishableForm):
    begin_with = forms.ChoiceField(
        label=_("Begins"),
        choices=BeginWith.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("The parts say what to write in them. Nothing is published while one still says so."),
    )

    lets_go = forms.BooleanField(label=_("Let the questions of objectives that are gone go"), required=False)
    keeps_itself = False
    """Nobody has pressed anything: nobody can be asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = str(self.data.get(self.add_prefix("objectives"), "")) if self.is_bound else ""
        lines = [line.strip() for line in sent.splitlines() if line.strip()]
        self.lost = find_lost(self.instance.pk, lines) if self.is_bound and self.instance.pk else []
        if not self.lost:
            del self.fields["lets_go"]
        is_new = self.instance.pk is None
        if not is_new and self.instance.modules.exists():
            del self.fields["begin_with"]
        else:
            # A draft that keeps itself is a row soon: its author may still choose.
            self.initial["begin_with"] = BeginWith.PARTS if is_new else BeginWith.NOTHING

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.lost and not self.keeps_itself and not cleaned.get("lets_go"):
            self.add_error("lets_go", [tell_lost(objective, asked) for objective, asked in self.lost])
        return cleaned

    @property
    def begins_with_parts(self) -> bool:
        return self.cleaned_data.get("begin_with") == BeginWith.PARTS


def tell_lost(objective: Objective, asked: list[Question]) -> str:
    told = gettext("“{objective}” goes. These questions belong to no objective then: {keys}.")
    checked = {each.lesson.title for each in asked if each.lesson and each.use == QuestionUse.CHECK}
    if checked:
        told += " " + gettext("Lessons with checks of it: {lessons}.")
    keys = ", ".join(each.key for each in asked)
    return told.format(objective=objective.text, keys=keys, lessons=", ".join(sorted(checked)))


class ModuleForm(PublishableForm):
    """A module stays in its course: its lessons, and what learners did in them, belong there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["course"]


class LessonForm(PublishableForm):
    """A lesson that has its module is moved on the outline of its course, where others may move it meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.module_id is not None:
            del self.fields["module"]
