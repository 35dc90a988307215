"""Forms of what authors write, where fields of several rows must fit together."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext
from wagtail.admin.forms import WagtailAdminModelForm

from core.studio import PublishableForm


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


class CourseForm(PlacedForm, PublishableForm):
    pass


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
