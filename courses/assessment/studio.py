"""The form of a question in the studio."""

from typing import Any

from django.forms import Script
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel

from courses.assessment.kinds import KINDS


class QuestionForm(WagtailAdminModelForm):
    """Fields of the other kinds stay empty; the script hides them, and publishing says what is missing."""

    class Media:
        js = [Script("js/studio-question.js", type="module")]
        css = {"all": ["css/studio-question.css"]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("tolerance") is None:
            cleaned["tolerance"] = 0
        return cleaned

    def _post_clean(self) -> None:
        # Django's own hook: only here has the row the values that were sent.
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for name, told in self.instance.missing.items():
            self.add_error(name, told)


def get_panels_of_kinds() -> list[Panel]:
    """Each kind's, with the class by which the script knows which kinds a panel belongs to."""
    kinds: dict[Panel, list[str]] = {}
    for kind in KINDS.values():
        for panel in kind.panels:
            kinds.setdefault(panel, []).append(kind.name)
    return [only_for(panel, names) for panel, names in kinds.items()]


def only_for(panel: Panel, kinds: list[str]) -> Panel:
    shown = panel.clone()
    shown.classname = " ".join(["only-for", *(f"only-for-{kind}" for kind in kinds)])
    return shown


QUESTION_PANELS = [
    FieldRowPanel([FieldPanel("kind"), FieldPanel("use")]),
    FieldPanel("stem"),
    *get_panels_of_kinds(),
    MultiFieldPanel([FieldPanel("rationale"), FieldPanel("references")], _("Afterwards")),
    MultiFieldPanel(
        [FieldPanel("course"), FieldPanel("objective"), FieldPanel("lesson"), FieldPanel("key")],
        _("Place in the course"),
    ),
]
